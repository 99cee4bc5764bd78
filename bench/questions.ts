// The questions that `mmchat-p2p bench` can answer, and how one is asked.

import { VERSION } from '../src/index.ts';
import { watchMachine } from './support/machine.ts';
import { nowMicros } from './support/stamp.ts';
import type { Findings, Report } from './support/report.ts';
import { Workshop, type WorkshopParts } from './support/workshop.ts';

export const QUESTIONS = [
  'text',
  'fanout',
  'start',
  'idle',
  'store',
  'sync',
  'file',
  'swarm',
  'superpeer',
  'call',
  'video',
] as const;
export type Question = (typeof QUESTIONS)[number];

/** @param quick so few that it takes seconds: to see that it works, not to know how fast it is */
export async function ask(question: Question, quick: boolean, parts: WorkshopParts): Promise<Report> {
  const machineSoFar = watchMachine();
  const startedAt = new Date().toISOString();
  const beganMicros = nowMicros();
  const workshop = await Workshop.open(parts);
  try {
    const findings = await find(question, quick, workshop);
    const tookSeconds = Math.round((nowMicros() - beganMicros) / 1e6);
    return { question, version: VERSION, startedAt, tookSeconds, machine: machineSoFar(), ...findings };
  } finally {
    await workshop.close();
  }
}

async function find(question: Question, quick: boolean, workshop: Workshop): Promise<Findings> {
  switch (question) {
    case 'text': {
      const { askText, TEXT_COUNTS, TEXT_COUNTS_QUICK } = await import('./text.ts');
      return askText(workshop, quick ? TEXT_COUNTS_QUICK : TEXT_COUNTS);
    }
    case 'fanout': {
      const { askFanout, FANOUT_COUNTS, FANOUT_COUNTS_QUICK } = await import('./fanout.ts');
      return askFanout(workshop, quick ? FANOUT_COUNTS_QUICK : FANOUT_COUNTS);
    }
    case 'start': {
      const { askStart, START_COUNTS, START_COUNTS_QUICK } = await import('./start.ts');
      return askStart(workshop, quick ? START_COUNTS_QUICK : START_COUNTS);
    }
    case 'idle': {
      const { askIdle, IDLE_COUNTS, IDLE_COUNTS_QUICK } = await import('./idle.ts');
      return askIdle(workshop, quick ? IDLE_COUNTS_QUICK : IDLE_COUNTS);
    }
    case 'store': {
      const { askStore, STORE_COUNTS, STORE_COUNTS_QUICK } = await import('./store.ts');
      return askStore(workshop, quick ? STORE_COUNTS_QUICK : STORE_COUNTS);
    }
    case 'sync': {
      const { askSync, SYNC_COUNTS, SYNC_COUNTS_QUICK } = await import('./sync.ts');
      return askSync(workshop, quick ? SYNC_COUNTS_QUICK : SYNC_COUNTS);
    }
    case 'superpeer': {
      const { askSuperPeer, SUPERPEER_COUNTS, SUPERPEER_COUNTS_QUICK } = await import('./superpeer.ts');
      return askSuperPeer(workshop, quick ? SUPERPEER_COUNTS_QUICK : SUPERPEER_COUNTS);
    }
    case 'call': {
      const { askCall } = await import('./call.ts');
      const { CALL_COUNTS, CALL_COUNTS_QUICK } = await import('./call-plan.ts');
      return askCall(workshop, quick ? CALL_COUNTS_QUICK : CALL_COUNTS);
    }
    case 'video': {
      const { askVideo } = await import('./video.ts');
      const { VIDEO_COUNTS, VIDEO_COUNTS_QUICK } = await import('./video-plan.ts');
      return askVideo(workshop, quick ? VIDEO_COUNTS_QUICK : VIDEO_COUNTS);
    }
    case 'file': {
      const { askFile, FILE_COUNTS, FILE_COUNTS_QUICK } = await import('./file.ts');
      return askFile(workshop, quick ? FILE_COUNTS_QUICK : FILE_COUNTS);
    }
    case 'swarm': {
      const { askSwarm, SWARM_COUNTS, SWARM_COUNTS_QUICK } = await import('./swarm.ts');
      return askSwarm(workshop, quick ? SWARM_COUNTS_QUICK : SWARM_COUNTS);
    }
  }
}
