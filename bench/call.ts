// How late, how whole and at what cost is a voice heard at the other end of a call?

import type { CallPlan } from './call-plan.ts';
import { callMeetings, type Meetings } from './call-meetings.ts';
import { callCosts } from './call-costs.ts';
import { throughPulse } from './call-pulse.ts';
import type { CallSound } from './processes/call-sound.ts';
import { atLeast, target, type Findings, type Table, type Target } from './support/report.ts';
import { median, summarize } from './support/statistics.ts';
import type { Workshop } from './support/workshop.ts';

const MOST_DELAY_MS = 400;
const LOSSES = [0, 0.05, 0.2] as const;

export async function askCall(workshop: Workshop, plan: CallPlan): Promise<Findings> {
  const meetings = await callMeetings(workshop, plan);
  const pulse = await throughPulse(workshop, plan.pulseMs);
  const costs = await callCosts(workshop, plan);
  workshop.progress('losses, clocks and echo');
  const sound = await workshop.process<CallSound>('call-sound');
  const losses: Readonly<Record<string, number>>[] = [];
  for (const share of LOSSES) {
    const result = await sound.call('losses', { share, seconds: plan.lossSeconds, seed: 20 + share * 100 });
    losses.push({
      share: share * 100,
      ...result,
      right: (100 * result.symbolsRight) / result.symbols,
      rebuilt: result.singlesLost === 0 ? 100 : (100 * result.singlesRebuilt) / result.singlesLost,
    });
  }
  const drift = await sound.call('drift', { ppm: 100, minutes: plan.driftMinutes });
  const { decibels } = await sound.call('echo', { seconds: plan.echoSeconds });
  await workshop.end(sound.process);

  const [whole, few, many] = losses;
  // What was not heard at all took at least so long.
  const delays = summarize(meetings.delaysMs.length > 0 ? meetings.delaysMs : [MOST_DELAY_MS]);
  const later = meetings.setUps.filter(({ isFirst }) => !isFirst).map(({ ms }) => ms);
  const firsts = meetings.setUps.filter(({ isFirst }) => isFirst).map(({ ms }) => ms);
  const targets: Target[] = [
    target('tone in to tone out, in-process devices, p50', delays.p50, 25, 'ms'),
    target('tone in to tone out, in-process devices, p99', delays.p99, 40, 'ms'),
    ...(pulse.delaysMs.length === 0
      ? []
      : [target('tone in to tone out, through PulseAudio, p50', median(pulse.delaysMs), 35, 'ms')]),
    atLeast('symbols read right, nothing lost', whole?.['right'] ?? 0, 100, '%'),
    atLeast('symbols read right at 5 % loss', few?.['right'] ?? 0, 98, '%'),
    atLeast('single lost frames rebuilt at 5 % loss', few?.['rebuilt'] ?? 0, 80, '%'),
    atLeast('symbols read right at 20 % loss', many?.['right'] ?? 0, 85, '%'),
    target('100 ppm: furthest from the target', Math.max(-drift.leastMs, drift.mostMs), 10, 'ms'),
    target('100 ppm: largest step, to that of the tone itself', drift.largestStep, 1.05, 'times'),
    atLeast('echo taken off', decibels, 18, 'dB'),
    target('call of two, processor of each side', costs.pairPercent, 6, '% of a core'),
    target(`call of ${plan.members}, processor of each`, costs.meshPercent, 40, '% of a core'),
    target('request to first sound at both ends, p50', median(later.length > 0 ? later : firsts), 150, 'ms'),
    target('the same, first call of a process, p50', median(firsts), 150, 'ms'),
  ];
  return {
    tables: [
      delayTable(meetings, pulse.delaysMs, later, firsts),
      frameTable(meetings),
      lossTable(losses),
      driftTable(),
    ],
    targets,
    notes: [
      'Two processes each. A tone begins anywhere in a frame; its time is when its first sample reaches the microphone, and when it leaves the loudspeaker.',
      'In-process devices: the loudspeaker asks for 5 ms when it plays them, and holds nothing itself; that of PulseAudio is with all of its buffers.',
      `The echo is of ${meetings.pings} datagrams of 200 bytes, 100 a second, there and back, between the same processes.`,
      'Clocks: the wait may be half a frame longer than the target, as frames are fetched at pulls every 5 ms; a whole frame is allowed.',
      ...costs.notes,
      ...pulse.notes,
    ],
  };

  function driftTable(): Table {
    return {
      title: `Clocks 100 ppm apart for ${plan.driftMinutes} minutes`,
      columns: {
        leastMs: 'least over target, ms',
        mostMs: 'most',
        largestStep: 'largest step, times',
        concealed: 'made up',
        droppedOrInserted: 'left out or put in',
      },
      rows: [{ ...drift }],
    };
  }
}

function delayTable(
  { delaysMs, echoesMs }: Meetings,
  pulse: readonly number[],
  later: readonly number[],
  firsts: readonly number[],
): Table {
  const rows = [
    { what: 'UDP echo, there and back', values: echoesMs },
    { what: 'tone to tone, in-process devices', values: delaysMs },
    { what: 'tone to tone, through PulseAudio', values: pulse },
    { what: 'request to first sound at both ends', values: later },
    { what: 'the same, first call of a process', values: firsts },
  ];
  return {
    title: 'How late, ms',
    columns: { what: 'what', count: 'count', min: 'min', p50: 'p50', p90: 'p90', p99: 'p99', max: 'max' },
    rows: rows.filter(({ values }) => values.length > 0).map(({ what, values }) => ({ what, ...summarize(values) })),
  };
}

function frameTable({ frames, begun, missed, standStillMs }: Meetings): Table {
  return {
    title: 'What became of the frames, both directions',
    columns: {
      received: 'received',
      lost: 'lost',
      recovered: 'rebuilt',
      concealed: 'made up',
      begun: 'tones',
      missed: 'tones not heard within 400 ms',
      standStillMs: 'longest stall of a process, ms',
    },
    rows: [{ ...frames, begun, missed, standStillMs }],
  };
}

function lossTable(rows: readonly Readonly<Record<string, number>>[]): Table {
  return {
    title: 'Random losses, two-tone symbols of 40 ms, real Opus',
    columns: {
      share: 'lost, %',
      symbols: 'symbols',
      right: 'read right, %',
      singlesLost: 'frames lost alone',
      rebuilt: 'of them rebuilt, %',
      recovered: 'rebuilt in all',
      concealed: 'made up',
    },
    rows,
  };
}
