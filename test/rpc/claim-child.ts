// A process that claims one data folder for each line on its input, as fast as it can. Bundled and started by
// control-claim.test.ts.

import '../../src/base/platform.ts';
import { createInterface } from 'node:readline';
import { MmchatError } from '../../src/index.ts';
import { ControlSocket } from '../../cli/rpc/control-socket.ts';

const held: ControlSocket[] = [];

createInterface({ input: process.stdin })
  .on('line', (dataDir) => {
    ControlSocket.claim(dataDir).then(
      (control) => {
        held.push(control);
        process.stdout.write('owned\n');
      },
      (error: unknown) => {
        process.stdout.write(`${error instanceof MmchatError ? error.code : String(error)}\n`);
      },
    );
  })
  .on('close', () => {
    void Promise.all(held.map((control) => control.close())).then(() => process.exit(0));
  });

process.stdout.write('loaded\n');
