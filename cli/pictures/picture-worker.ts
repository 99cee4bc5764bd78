// The thread that makes one small picture: told the path by workerData, it answers once.

import '../../src/base/platform.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { MmchatError, messageOf } from '../../src/index.ts';
import { thumbnailOf } from './decode.ts';
import type { Pixels } from './image-header.ts';

export type PictureAnswer = { readonly pixels: Pixels } | { readonly problem: string };

function answer(message: PictureAnswer): void {
  parentPort?.postMessage(message);
}

const { path } = workerData as { path: string };
thumbnailOf(path).then(
  (pixels) => answer({ pixels }),
  (error: unknown) => answer({ problem: error instanceof MmchatError ? messageOf(error) : 'it can’t be read' }),
);
