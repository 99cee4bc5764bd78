// The page of ctrl-g: the numbers of the call that one is in.

import type { NodeState } from '../../src/index.ts';
import { qualityOf, recentOf, type RecentStats } from './call-quality.ts';
import { currentCall, keyOfCall } from './call-state.ts';
import { nameOf, titleOf } from './conversations.ts';
import { fitLine, personRole, type Line, type Span } from './theme.ts';
import { clockText } from '../transfer-text.ts';
import type { UiState } from './ui-state.ts';

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
    ...recent.flatMap((one) => [...peerLines(one, state, width), ...(withVideo ? [videoLine(one, width)] : [])]),
  ];
  if (rows.length <= height) return rows;
  // All have the same lines.
  const peerRows = (rows.length - 2) / recent.length;
  const shown = Math.floor((height - 3) / peerRows);
  return [...rows.slice(0, 2 + shown * peerRows), plain(`  … ${recent.length - shown} more`, 'dim')];
}

function peerLines({ stats, lost, concealed }: RecentStats, state: NodeState, width: number): Line[] {
  const { peerId, path, encrypted, audio } = stats;
  const way = path === undefined ? 'no way yet' : path === 'udp' ? 'direct (UDP)' : 'via the link (UDP is blocked)';
  const lock: Span = encrypted ? { text: '⚿ encrypted', role: 'good' } : { text: '! not encrypted', role: 'warn' };
  const number = (text: string): Line => fitLine([{ text: `    ${text}` }], width);
  const rtt = audio.rttMs === undefined ? '-' : msText(audio.rttMs);
  return [
    fitLine(
      [{ text: '  ' }, { text: nameOf(state, peerId), role: personRole(peerId) }, { text: `   ${way}   ` }, lock],
      width,
    ),
    number(`round trip ${rtt}   jitter ${msText(audio.jitterMs)}   buffer ${msText(audio.bufferMs)}`),
    number(
      `lost ${percent(lost)}   concealed ${percent(concealed)}   in all ${COUNT.format(audio.packetsLost)} lost, ${COUNT.format(audio.packetsRecovered)} rebuilt, ${COUNT.format(audio.packetsConcealed)} concealed`,
    ),
    number(
      `sends ${Math.round(audio.bitrate / 1000)} kbit/s   packets ${COUNT.format(audio.packetsSent)} out, ${COUNT.format(audio.packetsReceived)} in`,
    ),
  ];
}

function videoLine({ stats: { video }, picturesLost }: RecentStats, width: number): Line {
  const { width: columns, height, framesPerSecond, framesSent, framesReceived, bitrate } = video;
  const size = columns === 0 ? 'none seen' : `${columns}x${height} ${Math.round(framesPerSecond)}/s`;
  const text = `pictures ${size}   lost ${percent(picturesLost)}   sends ${Math.round(bitrate / 1000)} kbit/s   ${COUNT.format(framesSent)} out, ${COUNT.format(framesReceived)} in`;
  return fitLine([{ text: `    ${text}` }], width);
}

function msText(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
