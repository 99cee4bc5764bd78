// The last line of .ci/run: what vitest counted (its JSON reports, by path) plus checks that were counted elsewhere.
//
//     node test/house/counts.mjs CHECKS_PASSED CHECKS_FAILED [REPORT...]

import { readFileSync } from 'node:fs';
import process from 'node:process';

const [checksPassed, checksFailed, ...reports] = process.argv.slice(2);
let passed = Number(checksPassed);
let failed = Number(checksFailed);

for (const file of reports) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    // A file that could not even be loaded has no tests to count.
    failed += report.testResults.filter((of) => of.status === 'failed' && of.assertionResults.length === 0).length;
  } catch {
    console.error(`There is no report of tests at ${file}.`);
    failed += 1;
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
