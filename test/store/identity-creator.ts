// Run as a program: makes or loads the identity in the folder named, and prints its peer id.
import '../../src/base/platform.ts';
import { systemRandom } from '../../src/base/random.ts';
import { loadOrCreateIdentity } from '../../src/store/identity-file.ts';

const { identity, created } = await loadOrCreateIdentity(process.argv[2] ?? '', systemRandom);
process.stdout.write(JSON.stringify({ peerId: identity.peerId, created }));
