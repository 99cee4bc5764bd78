// What every History promises of its search, and of who is in a room.
import { describe, expect, it } from 'vitest';
import { openHistory, textsOf, type MakeHistory } from './open-history.ts';
import { EPOCH, OTHER_PLACE, OTHER_ROOM, ROOM_PLACE, SampleLog } from './sample-history.ts';

export function describeSearch(make: MakeHistory): void {
  describe('search', () => {
    it.each<[string, string[], string[]]>([
      ['one word', ['garden'], ['The garden is green']],
      ['all words', ['green garden', 'GARDEN  green'], ['The garden is green']],
      ['words in any case and with any accents', ['cafe', 'CAFÉ', 'café', 'cafe\u0301'], ['Café crème']],
      ['compatible forms', ['fish', 'ﬁsh'], ['ｆish']],
      ['a beginning as the last word', ['the gar', 'g', 'ga', 'gard', 'garde'], ['The garden is green']],
      ['numbers', ['2030', '20'], ['Meet in 2030.']],
      ['German', ['STRASSE', 'straße', 'strass'], ['Straße']],
      ['Greek', ['οδος', 'ΟΔΟΣ'], ['Οδός']],
      ['Russian', ['йога', 'ЙОГА', 'йо'], ['Йога']],
      ['Chinese', ['世界', '你好', '好，世'], ['你好，世界']],
      ['Japanese', ['テスト', 'これ', 'ストで', 'ﾃｽﾄ'], ['これはテストです']],
      ['Korean', ['학교', '교에'], ['학교에 갔다']],
      ['Thai', ['ภาษา', 'ไทย'], ['ภาษาไทย']],
      ['Khmer', ['ភាសា'], ['ភាសាខ្មែរ']],
      ['Hindi', ['हिन्दी', 'हिन्'], ['हिन्दी भाषा']],
      ['Arabic', ['العربية'], ['اللغة العربية']],
      ['emoji', ['🎉', '🎉 party'], ['🎉 party 🎉']],
      ['mixed scripts', ['node世界', 'node 界', '世界'], ['node世界', '你好，世界']],
    ])('finds %s', async (_, queries, found) => {
      const { history } = await openHistory(make);
      const alice = new SampleLog(1);
      const other = ['Nothing of this', 'world', '界世', 'こ', '학', 'ยาษาภ', 'ि', 'strafe', 'nod'];
      await history.append([...found, ...other].map((text) => alice.text(text)));
      for (const query of queries) {
        const texts = textsOf(await history.search(query, { limit: 9 }));
        expect([
          query,
          found.filter((text) => texts.includes(text)).length > 0,
          texts.filter((text) => other.includes(text!)),
        ]).toEqual([query, true, []]);
      }
    });

    it('takes nothing in a query for anything but words', async () => {
      const { history } = await openHistory(make);
      const alice = new SampleLog(1);
      await history.append([alice.text('words AND more'), alice.text('NOT near'), alice.text('c1 words')]);
      const found = async (query: string): Promise<(string | undefined)[]> =>
        textsOf(await history.search(query, { limit: 9 }));
      for (const query of [
        '"',
        '""',
        "'",
        '*',
        '(',
        'words : x',
        '^words',
        '-more',
        '{words}: a',
        '+',
        'NEAR(a b)',
        'a" OR "b',
        '\u0000',
        '%',
        '\\',
        ';',
      ])
        expect(await found(query), query).toBeInstanceOf(Array);
      expect(await found('')).toEqual([]);
      expect(await found(' ,.-')).toEqual([]);
      expect(await found('words OR near')).toEqual([]);
      expect(await found('words AND more')).toEqual(['words AND more']);
      expect(await found('not')).toEqual(['NOT near']);
      expect(await found('conversation : c1')).toEqual([]);
      expect(await found('x '.repeat(5_000))).toEqual([]);
    });

    it('gives the newest first, of a place or of all, as many as are wanted', async () => {
      const { history } = await openHistory(make);
      const [here, there] = [new SampleLog(1), new SampleLog(2, { conversation: OTHER_ROOM })];
      const texts = Array.from({ length: 9 }, (_, index) =>
        (index % 3 === 0 ? there : here).text(`common ${index}`, { at: EPOCH + index * 1000 }),
      );
      // Not in the order in which they were written; and what claims to be of tomorrow came today.
      await history.append([here.text('common liar', { at: EPOCH * 2 }), ...texts.slice(4), ...texts.slice(0, 4)]);
      const found = async (limit: number, place?: string): Promise<(string | undefined)[]> =>
        textsOf(await history.search('com', { limit, ...(place === undefined ? {} : { place }) })).map((text) =>
          text?.slice(7),
        );
      expect(await found(99)).toEqual(['liar', '8', '7', '6', '5', '4', '3', '2', '1', '0']);
      expect(await found(3)).toEqual(['liar', '8', '7']);
      expect(await found(99, OTHER_PLACE)).toEqual(['6', '3', '0']);
      expect(await found(99, 'room:unknown')).toEqual([]);
    });

    it('finds several of the same moment', async () => {
      const { history } = await openHistory(make);
      const alice = new SampleLog(1);
      await history.append(Array.from({ length: 300 }, (_, index) => alice.text(`same ${index}`, { at: EPOCH })));
      expect(new Set(textsOf(await history.search('same', { limit: 999 }))).size).toBe(300);
    });

    it('finds an edited message by its newest text, in whatever order they come', async () => {
      const { history } = await openHistory(make);
      const [alice, bob] = [new SampleLog(1), new SampleLog(2)];
      const [one, two] = [alice.text('apple'), alice.text('apple')];
      const edits = [one, two].flatMap((text) => [
        alice.edit(text, 'pear', { order: 50 }),
        alice.edit(text, 'plum', { order: 60 }),
      ]);
      const foreign = bob.edit(one, 'cherry', { order: 70 });
      await history.append([one, edits[1]!, edits[0]!, foreign, edits[3]!, edits[2]!, two]);
      const found = async (query: string): Promise<string[]> =>
        (await history.search(query, { limit: 9 })).map(({ entry }) => entry.id).sort();
      expect(await found('plum')).toEqual([one.id, two.id].sort());
      for (const query of ['apple', 'pear', 'cherry']) expect(await found(query), query).toEqual([]);
    });
  });

  describe('memberships', () => {
    it('are everybody’s last join or leave', async () => {
      const { history } = await openHistory(make);
      const [alice, bob, carol] = [new SampleLog(1), new SampleLog(2), new SampleLog(3)];
      const there = new SampleLog(1, { conversation: OTHER_ROOM });
      const [first, second] = [alice.write({ kind: 'join', order: 1 }), alice.write({ kind: 'leave', order: 5 })];
      const third = bob.write({ kind: 'join', order: 3 });
      await history.append([second, third, first, carol.text('only a text'), there.write({ kind: 'join' })]);
      expect((await history.memberships(ROOM_PLACE)).map(({ id }) => id)).toEqual([third.id, second.id]);
      expect(await history.memberships(OTHER_PLACE)).toHaveLength(1);
      expect(await history.memberships('room:unknown')).toEqual([]);
    });
  });
}
