// What calls for attention: unread counts, mentions beside them, the bell.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../cli/ui/ui-state.ts';
import { KEY, setup } from './chat-setup.ts';

const EVERYONE = { kind: 'everyone' } as const;
const LUNCH = { kind: 'room', room: 'hardware' } as const;

describe('mentions', () => {
  it('count apart from what is unread, and ring once each', async () => {
    const { node, bells, shows } = setup();
    node.receive(LUNCH, 'pizza?', 'id-bob');
    expect(bells.count).toBe(0);
    node.receive(LUNCH, '@alice pizza?', 'id-bob');
    node.receive(LUNCH, 'really @ALICE', 'id-bob');
    await shows(/# hardware +@2 3 /);
    expect(bells.count).toBe(2);
  });

  it('are those that the message names, whatever the name here is', async () => {
    const { node, bells, shows } = setup();
    node.receive(LUNCH, '@alice_1, are you there?', 'id-bob', { mentions: ['self-id'] });
    await shows(/# hardware +@1 1 /);
    expect(bells.count).toBe(1);
  });

  it('don’t ring for what is on the screen, nor many at once', () => {
    const { node, bells, controller } = setup();
    node.receive(EVERYONE, '@alice', 'id-bob');
    expect(bells.count).toBe(0);
    controller.open('room:hardware');
    node.receiveMissed(
      EVERYONE,
      Array.from({ length: 50 }, () => '@alice'),
      'id-bob',
    );
    expect(bells.count).toBe(1);
    expect(viewOf(controller.ui, 'everyone')).toMatchObject({ unread: 50, mentions: 50 });
  });

  it('and private messages ring, ordinary ones don’t', () => {
    const { node, bells } = setup();
    node.receive(LUNCH, 'hello', 'id-bob');
    node.receive({ kind: 'person', peerId: 'id-bob' }, 'psst', 'id-bob');
    expect(bells.count).toBe(1);
  });
});

describe('what was missed', () => {
  it('is unread from its first message on, also when that comes last', async () => {
    const { node, controller, shows, screen } = setup();
    node.receive(LUNCH, 'seen', 'id-bob');
    controller.open('room:hardware');
    controller.open('everyone');
    const [first] = node.receiveMissed(LUNCH, ['one', 'two'], 'id-bob');
    expect(viewOf(controller.ui, 'room:hardware')).toMatchObject({ unread: 2, newFromId: first?.id });
    node.receive(LUNCH, 'late', 'id-dora', { id: 'late', order: first!.order - 0.5 });
    expect(viewOf(controller.ui, 'room:hardware')).toMatchObject({ unread: 3, newFromId: 'late' });
    controller.open('room:hardware');
    await shows('─ new ─');
    expect(screen()).toMatch(/# hardware +│/);
  });

  it('is not what was read back from earlier runs', () => {
    const { node, controller, bells } = setup();
    const message = node.remember(LUNCH, '@alice long ago', 'id-bob');
    node.change({}, { type: 'history-loaded', messages: [message] });
    expect(viewOf(controller.ui, 'room:hardware')).toMatchObject({ unread: 0, mentions: 0 });
    expect(bells.count).toBe(0);
  });
});

describe('calling somebody', () => {
  it('is completed by tab', () => {
    const { controller, type } = setup();
    type('hey @do\t');
    expect(controller.ui.input.text).toBe('hey @dora ');
    type(KEY.escape);
  });
});
