// The page of /share: screens and windows, one of which is to be shown to the others. Pure.

import { displayLine } from '../display-width.ts';
import { fitLine, plainText, type Line } from '../theme.ts';
import type { Overlay } from '../ui-state.ts';

type SharePage = Extract<Overlay, { kind: 'share' }>;

export function shareLines({ sources, index }: SharePage, width: number, height: number): Line[] {
  const title = fitLine([{ text: 'Show to the others', role: 'strong' }], width, [
    { text: 'enter shows it, esc goes back', role: 'dim' },
  ]);
  if (sources === undefined) return [title, fitLine([{ text: '  looking for screens …', role: 'dim' }], width)];
  if (sources.length === 0)
    return [title, fitLine([{ text: '  no screen and no window is there to be shown', role: 'dim' }], width)];
  const rows = Math.max(1, height - 1);
  const first = Math.max(0, Math.min(index - Math.floor(rows / 2), sources.length - rows));
  return [
    title,
    ...sources.slice(first, first + rows).map(({ name, kind }, offset): Line => {
      const line: Line = [{ text: `  ${displayLine(kind).padEnd(8)}`, role: 'dim' }, { text: displayLine(name) }];
      if (first + offset !== index) return fitLine(line, width);
      return [{ text: plainText(fitLine(line, width)), role: 'selected' }];
    }),
  ];
}
