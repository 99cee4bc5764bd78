// An add-on that behaves as naudiodon does, at its worst: it prints everywhere, has no mono, and stalls nothing but itself.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes it to a folder; gives its main file. What is played is appended to `played.raw` there. */
export async function fakeNaudiodon(folder: string): Promise<string> {
  const file = path.join(folder, 'naudiodon.cjs');
  await writeFile(file, PROGRAM);
  return file;
}

const PROGRAM = `
const { Readable, Writable } = require('node:stream');
const { appendFileSync } = require('node:fs');
process.stdout.write('PortAudio says hello\\n');
process.stderr.write('ALSA lib: something something\\n');
const device = (id, name, inputs, outputs) => ({ id, name, maxInputChannels: inputs, maxOutputChannels: outputs, defaultSampleRate: 44100, hostAPIName: 'Fake' });
exports.getDevices = () => [device(7, 'Headset\\u001b[31m', 2, 0), device(3, 'Box', 0, 2), device(9, 'Broken', 1, 1)];
exports.getHostAPIs = () => ({ defaultHostAPI: 0, HostAPIs: [{ id: 0, name: 'Fake', defaultInput: 7, defaultOutput: 3 }] });
exports.AudioIO = function AudioIO({ inOptions, outOptions }) {
  const options = inOptions ?? outOptions;
  console.log('opening', options);
  if (options.deviceId === 9) throw new Error('Unanticipated host error');
  if (options.channelCount !== 2) throw new Error('Invalid number of channels');
  let at = 0;
  const stream = inOptions === undefined
    ? new Writable({
        highWaterMark: options.highwaterMark,
        write(chunk, _, done) { appendFileSync(__dirname + '/played.raw', chunk); setTimeout(done, 9); },
      })
    : new Readable({ highWaterMark: options.highwaterMark, read() {} });
  stream.start = () => {
    console.error('started');
    if (inOptions === undefined) return;
    setInterval(() => {
      const block = Buffer.alloc(480 * 8);
      for (let index = 0; index < 480; index++, at++) {
        const sample = 0.5 * Math.sin((2 * Math.PI * 750 * at) / 48000);
        block.writeFloatLE(sample, index * 8);
        block.writeFloatLE(sample, index * 8 + 4);
      }
      stream.push(block);
    }, 10);
  };
  return stream;
};
`;
