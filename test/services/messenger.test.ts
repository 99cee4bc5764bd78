// From names as people use them to a conversation and its recipients, or to a sentence that says why not.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.ts';

describe('sending', () => {
  it('goes to everyone without a name, and to the room `everyone`', async () => {
    const scenario = new Scenario({ seed: 11 });
    const [alice, bob] = await scenario.meeting('alice', 'bob');
    await alice!.node.chat.send({ text: 'hello' });
    await alice!.node.chat.send({ text: 'hello again', room: 'Everyone' });
    await scenario.pass(500);
    expect(bob!.heard).toEqual(['alice: hello', 'alice: hello again']);
    await scenario.end();
  });

  it.each([
    [{ to: 'zoe' }, 'unknown-peer'],
    [{ room: 'tea' }, 'no-such-room'],
    [{ room: 'coffee' }, 'not-in-room'],
    [{ to: 'bob', room: 'tea' }, 'bad-option'],
    [{ replyTo: 'x' }, 'bad-option'],
  ])('refuses %j as %s', async (where, code) => {
    const scenario = new Scenario({ seed: 12 });
    const [alice, bob] = await scenario.meeting('alice', 'bob');
    await bob!.node.rooms.join('coffee');
    await scenario.pass(500);
    await expect(alice!.node.chat.send({ text: 'hello', ...where })).rejects.toMatchObject({ code });
    await scenario.end();
  });
});
