// People at a port for files who know no secret: in a process of their own, on whatever host a test starts it. Says how
// many it was every second. Arguments: host, port.

import { randomBytes } from 'node:crypto';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const [host = '', port = ''] = process.argv.slice(2);
const where = { host, port: Number(port) };
/** Of each kind at a time. */
const AT_ONCE = 15;

let came = 0;

/** One stranger after the other, for ever. */
function again(make: () => Socket): void {
  came += 1;
  const socket = make();
  socket.on('error', () => undefined);
  socket.once('close', () => setTimeout(() => again(make), 5));
}

/** Connected, and silent until it is thrown out. */
function silent(): Socket {
  return connectPlain(where);
}

/** Bytes that are nothing, as fast as they go. */
function garbage(): Socket {
  const socket = connectPlain(where, () => {
    socket.write(randomBytes(100_000));
  });
  return socket;
}

/** The first bytes of a handshake that says it is endless, and then nothing. */
function half(): Socket {
  const socket = connectPlain(where, () => {
    socket.write(Buffer.from('160301ffff0100fffc0303', 'hex'));
  });
  return socket;
}

/** A whole handshake, with an identity that is none. */
function guess(): Socket {
  const identity = randomBytes(16).toString('hex');
  return connectTls({
    ...where,
    minVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256',
    pskCallback: () => ({ psk: randomBytes(32), identity }),
    checkServerIdentity: () => undefined,
  });
}

for (const make of [silent, garbage, half, guess]) for (let count = 0; count < AT_ONCE; count += 1) again(make);
setInterval(() => process.stdout.write(`${came}\n`), 250);
