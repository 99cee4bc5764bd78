// Which tests failed and the first words of why, from vitest's JSON report: a long log is not searched for it.
//
//     node test/house/failures.mjs REPORT

import { readFileSync } from 'node:fs';
import process from 'node:process';

const MAX_SHOWN = 10;
const MAX_WHY = 300;

/** The beginning of an error, on one line. */
function beginning(messages) {
  return (messages?.join(' ') ?? '').replaceAll(/\s+/g, ' ').slice(0, MAX_WHY);
}

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
  const file = name.slice(process.cwd().length + 1);
  const failed = assertionResults.filter((one) => one.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}: ${beginning([message])}`] : [];
  return failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}: ${beginning(failureMessages)}`);
});
for (const failure of failures.slice(0, MAX_SHOWN)) console.log(`FAILED TEST: ${failure}`);
if (failures.length > MAX_SHOWN) console.log(`FAILED TESTS: ${failures.length - MAX_SHOWN} more`);
