// The input line while a voice note is being recorded: nothing can be typed then.

import type { NodeState } from '../../src/index.ts';
import { titleOf } from './conversations.ts';
import { fitLine, type Line } from './theme.ts';
import { clockText, levelSign } from '../transfer-text.ts';
import type { Recording } from './ui-state.ts';

export function recordingLine(state: NodeState, recording: Recording, width: number): Line {
  const { conversation, seconds, startedAt, now, levels } = recording;
  const passed = Math.min(seconds, (now - startedAt) / 1000);
  return fitLine(
    [
      { text: ' ● ', role: 'bad' },
      { text: `recording for ${titleOf(state, conversation)}  ` },
      { text: `${clockText(passed)} of ${clockText(seconds)}  ` },
      { text: levels.map(levelSign).join(''), role: 'accent' },
    ],
    width,
  );
}
