// A peer that links like an honest one and then tells of thousands of people at addresses that are not there.
//
//   node --import tsx test/support/lying-peer.ts HOST:PORT COUNT NETWORK...
//
// It links to HOST:PORT, writes `linked PEER_ID`, tells of COUNT people at addresses spread over the NETWORKs (and of
// the same addresses as its own), writes `told COUNT`, and stays linked until its input ends.

import '../../src/base/platform.ts';

process.stderr.write('The lying peer is not written yet.\n');
process.exitCode = 1;
