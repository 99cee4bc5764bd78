// What a node remembers of itself: name, status, port, rooms.

import { cleanLine } from '../base/clean-text.ts';
import type { Profile } from '../contracts/stores.ts';
import { checkPersonName, checkRoomName } from '../state/names.ts';
import { itemsOf, objectOf, textOf, wholeNumberOf } from './json-fields.ts';
import type { ValueForm } from './json-value-store.ts';

export const PROFILE_FILE = 'profile.json';

const ROOMS_LIMIT = 500;
const STATUS_LIMIT_UNITS = 1000;

/** Fields that can't be used are left out one by one: a bad status is no reason to forget the name. */
export const PROFILE_FORM: ValueForm<Profile> = {
  what: 'profile',
  initial: { startId: 0, rooms: [] },
  parse(json) {
    const fields = objectOf(json);
    const name = textOf(fields['name'], checkPersonName);
    const status = textOf(fields['status'], (text) => cleanLine(text.slice(0, STATUS_LIMIT_UNITS)));
    const port = wholeNumberOf(fields['port'], 1, 65_535);
    return {
      ...(name === undefined ? {} : { name }),
      ...(status === undefined || status === '' ? {} : { status }),
      ...(port === undefined ? {} : { port }),
      startId: wholeNumberOf(fields['startId'], 0) ?? 0,
      rooms: itemsOf(fields['rooms'], ROOMS_LIMIT, (room) => textOf(room, checkRoomName)),
    };
  },
};
