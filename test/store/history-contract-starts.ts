// What every History promises of its start and its end.
import { describe, expect, it } from 'vitest';
import { openHistory, textsOf, type MakeHistory } from './open-history.ts';
import { conversations, EPOCH, ROOM_PLACE, SampleLog } from './sample-history.ts';

export function describeStarts(make: MakeHistory): void {
  describe('from start to start', () => {
    it('keeps conversations, with what was changed of them', async () => {
      const made = await make();
      expect(await made.history.open()).toMatchObject({ conversations: [], logs: [], warnings: [] });
      const secret = {
        id: 'dd'.repeat(16),
        place: 'room:secret',
        destination: { kind: 'room', room: 'secret' },
        memberSince: EPOCH,
        roomKey: Uint8Array.from({ length: 32 }, (_, index) => index),
      } as const;
      const person = {
        id: 'ee'.repeat(16),
        place: 'with:x',
        destination: { kind: 'person', peerId: 'x' },
        memberSince: 1,
      } as const;
      await made.history.putConversation(secret);
      await made.history.putConversation(person);
      await made.history.putConversation({ ...secret, ended: true });
      const opening = await (await made.again()).open();
      const kept = [...opening.conversations].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(
        kept.map((one) => ({
          ...one,
          ...(one.roomKey === undefined ? {} : { roomKey: Uint8Array.from(one.roomKey) }),
        })),
      ).toEqual([{ ...secret, ended: true }, person]);
    });

    it('has one own log as long as it is the same history on the same machine', async () => {
      const made = await make();
      const { ownLogId } = await made.history.open();
      expect(ownLogId).toMatch(/^[0-9a-f]{32}$/);
      const idOf = async (options?: { crash?: boolean; machine?: string }): Promise<string> =>
        (await (await made.again(options)).open()).ownLogId;
      expect(await idOf()).toBe(ownLogId);
      const elsewhere = await idOf({ machine: 'there' });
      expect(elsewhere).not.toBe(ownLogId);
      const back = await idOf();
      expect(new Set([ownLogId, elsewhere, back]).size).toBe(3);
      const afterCrash = await idOf({ crash: true });
      expect(afterCrash).not.toBe(back);
      expect(await idOf()).toBe(afterCrash);
      expect((await (await make()).history.open()).ownLogId).not.toBe(ownLogId);
    });

    it('can begin a new own log at any time', async () => {
      const made = await make();
      const { ownLogId } = await made.history.open();
      const renewed = await made.history.renewOwnLog();
      expect(renewed).toMatch(/^[0-9a-f]{32}$/);
      expect(renewed).not.toBe(ownLogId);
      expect((await (await made.again()).open()).ownLogId).toBe(renewed);
    });

    it.each([false, true])('keeps what it has confirmed (after a crash: %s)', async (crash) => {
      const made = await openHistory(make);
      const alice = new SampleLog(1);
      await Promise.all(Array.from({ length: 40 }, (_, index) => made.history.append([alice.text(`text ${index}`)])));
      const history = await made.again({ crash });
      const opening = await history.open();
      expect(opening.logs).toMatchObject([{ ranges: [{ first: 1, last: 40 }] }]);
      expect(opening.conversations).toHaveLength(conversations.length);
      const { messages } = await history.page(ROOM_PLACE, { limit: 99 });
      expect(textsOf(messages)).toEqual(Array.from({ length: 40 }, (_, index) => `text ${index}`));
      expect(textsOf(await history.search('text 7', { limit: 9 }))).toEqual(['text 7']);
      const first = messages[0]!.entry.arrival;
      expect((await history.since(first, 99)).messages).toHaveLength(39);
      await history.append([alice.text('next')]);
      expect((await history.since(messages.at(-1)!.entry.arrival, 99)).messages).toHaveLength(1);
    });

    it('answers nothing before and after', async () => {
      const { history } = await make();
      await expect(history.page(ROOM_PLACE, { limit: 1 })).rejects.toMatchObject({ code: 'stopped' });
      await history.open();
      for (const conversation of conversations) await history.putConversation(conversation);
      const last = history.append([new SampleLog(1).text('last')]);
      const closing = history.close();
      await expect(history.append([new SampleLog(1).text('too late')])).rejects.toMatchObject({ code: 'stopped' });
      expect(await last).toMatchObject([{ result: 'stored' }]);
      await Promise.all([closing, history.close()]);
      await history.close();
      await expect(history.page(ROOM_PLACE, { limit: 1 })).rejects.toMatchObject({ code: 'stopped' });
      await expect(history.open()).rejects.toMatchObject({ code: 'stopped' });
    });

    it('can be closed without having been open', async () => {
      const { history } = await make();
      await history.close();
      await expect(history.open()).rejects.toMatchObject({ code: 'stopped' });
    });
  });
}
