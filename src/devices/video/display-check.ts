// Whether a window could be seen at all: without a display, the libraries that draw end the process.

import { connect } from 'node:net';
import path from 'node:path';
import type { Environment } from '../commands.ts';

const FIRST_X11_PORT = 6_000;
const TIMEOUT_MS = 2_000;

/** Undefined: there is one; else a sentence that says what is missing. */
export async function missingDisplay(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  if (platform === 'darwin' || platform === 'win32') return undefined;
  const places = displayPlaces(env);
  if (places.length === 0)
    return 'There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set (over ssh, ssh -X sets one).';
  for (const place of places) if (await answers(place)) return undefined;
  const names = [env['WAYLAND_DISPLAY'], env['DISPLAY']].filter((name) => name !== undefined && name !== '');
  return `The screen ${names.join(' and ')} does not answer, so no window can be opened.`;
}

type Place = { readonly path: string } | { readonly host: string; readonly port: number };

export function displayPlaces(env: Environment): Place[] {
  const [wayland = '', x11 = '', runtime = ''] = [env['WAYLAND_DISPLAY'], env['DISPLAY'], env['XDG_RUNTIME_DIR']];
  const places: Place[] = [];
  if (wayland !== '' && (path.isAbsolute(wayland) || path.isAbsolute(runtime)))
    places.push({ path: path.resolve(runtime, wayland) });
  const [, host = '', number] = /^(?:unix\/?)?([^:/]*)(?::)(\d{1,5})(?:\.\d+)?$/u.exec(x11) ?? [];
  if (number === undefined) return places;
  if (host === '' || host === 'unix')
    places.push({ path: `/tmp/.X11-unix/X${number}` }, { path: `\0/tmp/.X11-unix/X${number}` });
  else if (FIRST_X11_PORT + Number(number) < 65_536) places.push({ host, port: FIRST_X11_PORT + Number(number) });
  return places;
}

async function answers(place: Place): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ ...place, timeout: TIMEOUT_MS });
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  socket.once('timeout', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
