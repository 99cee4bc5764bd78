// Run as a program: receives files and folders of one name, again and again, and says what it has.
//
//   file-receiver FOLDER KIND NAME FIRST COUNT [PIECES_BEFORE_PAUSE]
//
// What comes is told by its number, so that the test knows what must be in it.
import '../../src/base/platform.ts';
import { openTarget } from '../../src/store/transfers/target.ts';
import { numberedRun } from './numbered-run.ts';

const [folder = '', kind = '', name = '', first = '0', count = '0'] = process.argv.slice(2);
if (kind !== 'file' && kind !== 'folder') throw new Error('no such kind');

const say = (what: string): void => void process.stdout.write(`${what}\n`);

async function receive(number: number): Promise<void> {
  const { spec, run } = numberedRun(number, kind === 'file' ? 'file' : 'folder');
  const target = await openTarget({ ...spec, name, folder });
  say(`part ${number} ${target.partPath}`);
  const middle = Math.ceil(run.length / 2);
  await target.write(run.subarray(0, middle), 0);
  say(`half ${number}`);
  await target.write(run.subarray(middle), middle);
  const { path } = await target.finish();
  say(`done ${number} ${path}`);
  await target.close();
}

// Several at once, as in the program.
const numbers = Array.from({ length: Number(count) }, (_item, index) => Number(first) + index);
const worker = async (): Promise<void> => {
  for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) await receive(number);
};
await Promise.all(Array.from({ length: 5 }, worker));
