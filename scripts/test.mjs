/** `npm test [suite …]`: brings what is missing, of the machine too, then lint, types, all suites and those in a real editor; the last line counts them. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runInEditor } from './editor/run.mjs';
import { printFailures, printSkips } from './failures.mjs';
import { bringMachine } from './machine/bring.mjs';
import { main, printTimings, ROOT, runNode, setUp, stage } from './setup.mjs';

const REPORT = join(ROOT, 'out', 'test-report.json');

await main(async () => {
  const machine = bringMachine();
  await setUp(machine.system).catch((error) => {
    process.stdout.write('0 passed, 1 failed\n'); // the build is the type check, and nothing runs without it
    throw error;
  });
  const { env, skips, editorFault, canHaveEditor } = await machine.all;
  const [lint, suites] = await Promise.all([
    stage('lint', () => runNode('node_modules/@biomejs/biome/bin/biome', ['check', '.'])),
    stage('suites', () => runSuites(env)),
  ]);
  // A window that shares its processors with a hundred other tests answers too late to anything.
  const inEditor = canHaveEditor ? await stage('editor', () => runInEditor(editorFault)) : skippedEditor();
  printTimings();
  const counts = [suites, lintCounts(lint), inEditor].reduce(sum);
  printSkips(skips);
  printFailures(counts.failures);
  process.stdout.write(`${closingLine(counts)}\n`);
  return counts.failed === 0 ? 0 : 1;
});

async function runSuites(env) {
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  rmSync(REPORT, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const status = await runNode('node_modules/vitest/vitest.mjs', [...args, ...process.argv.slice(2)], env);
  return countTests(status);
}

/** A suite that does not load, and an error outside any test, count as one failure each. */
function countTests(status) {
  if (!existsSync(REPORT)) return oneFailure('the suites left no report');
  const report = JSON.parse(readFileSync(REPORT, 'utf8'));
  const failures = report.testResults.flatMap(failuresOf);
  if (failures.length === 0 && status !== 0) failures.push('an error outside any test, above');
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(ROOT, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}: ${message}`] : [];
  return failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${failureMessages[0] ?? ''}`);
}

function lintCounts(status) {
  return status === 0 ? { passed: 1, failed: 0, skipped: 0, failures: [] } : oneFailure('lint, above');
}

/** The others are skipped test by test, and counted so. */
function skippedEditor() {
  return { passed: 0, failed: 0, skipped: 1, failures: [] };
}

function oneFailure(failure) {
  return { passed: 0, failed: 1, skipped: 0, failures: [failure] };
}

function sum(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  };
}

function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
