// The page of ctrl-g: the numbers of the call that one is in.

import type { NodeState } from '../../src/index.ts';
import { qualityOf, recentOf, type RecentStats } from './call-quality.ts';
import { currentCall, keyOfCall } from './call-state.ts';
import { nameOf, titleOf } from './conversations.ts';
import { fitLine, personRole, type Line, type Span } from './theme.ts';
import { clockText } from '../transfer-text.ts';
import type { UiState } from './ui-state.ts';

const INDENT = '    ';
const FACT_GAP = '   ';
const COUNT = new Intl.NumberFormat('en');

export function callPageLines(state: NodeState, ui: UiState, width: number, height: number): Line[] {
  const call = currentCall(state);
  const back: Line = [{ text: 'esc goes back', role: 'dim' }];
  const plain = (text: string, role: Span['role'] = 'text'): Line => fitLine([{ text, role }], width);
  if (call === undefined)
    return [
      fitLine([{ text: 'Call', role: 'strong' }], width, back),
      plain('  you are in no call: /call NAME begins one', 'dim'),
    ];
  const live = ui.call?.id === call.id ? ui.call : undefined;
  const readings = live?.readings ?? [];
  const recent = recentOf(readings);
  const seconds = call.since === undefined || live === undefined ? 0 : (live.now - call.since) / 1000;
  const facts = [call.phase, clockText(seconds), call.mode, qualityOf(recent) ?? 'nothing measured yet'];
  const withVideo =
    call.mode === 'video' || recent.some(({ stats: { video } }) => video.framesReceived + video.framesSent > 0);
  const rows = [
    fitLine([{ text: `Call: ${titleOf(state, keyOfCall(state, call))}`, role: 'strong' }], width, back),
    plain(`  ${facts.join('   ')}`),
  ];
  const people = recent.map((one) => [
    ...peerLines(one, state, width),
    ...(withVideo ? packed(pictureFacts(one), width) : []),
  ]);
  for (const [index, lines] of people.entries()) {
    const isLast = index === people.length - 1;
    if (rows.length + lines.length > height - (isLast ? 0 : 1))
      return [...rows, plain(`  … ${people.length - index} more`, 'dim')];
    rows.push(...lines);
  }
  return rows;
}

/** Facts side by side, as many as fit. */
function packed(facts: readonly string[], width: number): Line[] {
  const rows: string[] = [];
  for (const fact of facts) {
    const row = rows.at(-1);
    if (row === undefined || row.length + FACT_GAP.length + fact.length > width - INDENT.length) rows.push(fact);
    else rows[rows.length - 1] = row + FACT_GAP + fact;
  }
  return rows.map((row) => fitLine([{ text: INDENT + row }], width));
}

function peerLines({ stats, lost, concealed }: RecentStats, state: NodeState, width: number): Line[] {
  const { peerId, path, encrypted, audio } = stats;
  const way = path === undefined ? 'no way yet' : path === 'udp' ? 'direct (UDP)' : 'via the link (UDP is blocked)';
  const lock: Span = encrypted ? { text: '⚿ encrypted', role: 'good' } : { text: '! not encrypted', role: 'warn' };
  const rtt = audio.rttMs === undefined ? '-' : msText(audio.rttMs);
  return [
    fitLine(
      [{ text: '  ' }, { text: nameOf(state, peerId), role: personRole(peerId) }, { text: `   ${way}   ` }, lock],
      width,
    ),
    ...packed([`round trip ${rtt}`, `jitter ${msText(audio.jitterMs)}`, `buffer ${msText(audio.bufferMs)}`], width),
    ...packed(
      [
        `lost ${percent(lost)}`,
        `concealed ${percent(concealed)}`,
        `in all ${COUNT.format(audio.packetsLost)} lost, ${COUNT.format(audio.packetsRecovered)} rebuilt, ${COUNT.format(audio.packetsConcealed)} concealed`,
      ],
      width,
    ),
    ...packed(
      [
        `sends ${kilobits(audio.bitrate)}`,
        `packets ${COUNT.format(audio.packetsSent)} out, ${COUNT.format(audio.packetsReceived)} in`,
      ],
      width,
    ),
  ];
}

function pictureFacts({ stats: { video }, picturesLost }: RecentStats): string[] {
  const { width, height, framesPerSecond, framesSent, framesReceived, bitrate } = video;
  return [
    `pictures ${width === 0 ? 'none seen' : `${width}x${height} ${Math.round(framesPerSecond)}/s`}`,
    `lost ${percent(picturesLost)}`,
    `sends ${kilobits(bitrate)}`,
    `${COUNT.format(framesSent)} out, ${COUNT.format(framesReceived)} in`,
  ];
}

function kilobits(bitsPerSecond: number): string {
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

function msText(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
