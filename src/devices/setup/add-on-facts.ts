// What is to be said about each add-on before it is set up: what it is for, what is fetched, what it means.

import type { AddOnName } from '../../base/add-ons.ts';

export interface AddOnFacts {
  /** For people. */
  readonly called: string;
  readonly purpose: string;
  /** What comes over the network, and what it becomes. */
  readonly download: string;
  readonly duration: string;
  readonly licence: string;
  /** Free bytes without which nothing is begun. */
  readonly neededBytes: number;
}

const MEGABYTE = 1_000_000;

export const ADD_ON_FACTS: Readonly<Record<AddOnName, AddOnFacts>> = {
  video: {
    called: 'node-av',
    purpose: 'H.264, cameras and screens by FFmpeg, which comes with it, compiled already.',
    download: 'About 65 MB from the npm registry; 210 MB on disk.',
    duration: 'About a minute.',
    licence:
      'The FFmpeg in it is built with parts under the GPL (version 2 or later; x264 among them): using it is free for everybody, ' +
      'but who hands it on together with a program does so under the GPL. mmchat-p2p itself is under the MIT license and comes without it.',
    neededBytes: 400 * MEGABYTE,
  },
  opencv: {
    called: '@u4/opencv4nodejs',
    purpose: 'cameras, video files and windows by OpenCV, which this computer has to have already.',
    download: 'About 10 MB from the npm registry; 50 MB on disk.',
    duration: 'It is compiled here: 4 to 20 minutes, and up to 2 GB of memory.',
    licence: 'OpenCV is under the Apache License 2.0, the add-on under the MIT license.',
    neededBytes: 400 * MEGABYTE,
  },
};
