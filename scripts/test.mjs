/** `npm test`: installs what is missing, then lint, types, all suites and those in a real editor; the last line counts them. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runInEditor } from './editor/run.mjs';
import { main, printTimings, ROOT, runNode, setUp, stage } from './setup.mjs';

const REPORT = join(ROOT, 'out', 'test-report.json');

await main(async () => {
  await setUp().catch((error) => {
    process.stdout.write('0 passed, 1 failed\n'); // the build is the type check, and nothing runs without it
    throw error;
  });
  const [lint, suites] = await Promise.all([
    stage('lint', () => runNode('node_modules/@biomejs/biome/bin/biome', ['check', '.'])),
    stage('suites', runSuites),
  ]);
  // A window that shares its processors with a hundred other tests answers too late to anything.
  const inEditor = await stage('editor', runInEditor);
  printTimings();
  const counts = sum(addLint(suites, lint), inEditor);
  process.stdout.write(`${closingLine(counts)}\n`);
  return counts.failed === 0 ? 0 : 1;
});

async function runSuites() {
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  rmSync(REPORT, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const status = await runNode('node_modules/vitest/vitest.mjs', [...args, ...process.argv.slice(2)]);
  return countTests(status);
}

/** A suite that does not load, and an error outside any test, count as one failure each. */
function countTests(status) {
  if (!existsSync(REPORT)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(REPORT, 'utf8'));
  const unloaded = report.testResults.filter(
    (suite) => suite.status === 'failed' && !suite.assertionResults.some(isFailed),
  );
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function sum(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

function isFailed(test) {
  return test.status === 'failed';
}

function addLint(counts, status) {
  return status === 0 ? { ...counts, passed: counts.passed + 1 } : { ...counts, failed: counts.failed + 1 };
}

function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
