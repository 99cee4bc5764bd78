// What another program writes, line by line.

import type { Readable } from 'node:stream';

/** What is longer is cut. */
const MAX_LINE_CHARACTERS = 500;

/** Lines end with CR too: that is how a status is written over the last one. */
export function onLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = `${rest}${text}`.split(/[\r\n]+/u);
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS);
    for (const line of lines) onLine(line.slice(0, MAX_LINE_CHARACTERS));
  });
  stream.on('end', () => onLine(rest));
}
