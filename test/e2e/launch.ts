/** Runs the suites in a real editor against the installed package, phase by phase, and counts: `node out/test/e2e/launch.js VSIX DRIVER SHOTS REPORT`. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CodeServer } from './codeServer.js';
import { Desktop } from './desktop.js';
import type { Results } from './exchange.js';
import type { HostOptions } from './host.js';
import { EditorWindow } from './window.js';
import { makeWorkspace } from './workspace.js';

interface Phase {
  readonly name: string;
  readonly isTrusted: boolean;
  readonly patience: number;
}

/** A phase is a window of its own; those that follow each other share the editor, its engine and its workspace. */
const PHASES: readonly Phase[] = [
  { name: 'work', isTrusted: true, patience: 300_000 },
  { name: 'reload', isTrusted: true, patience: 120_000 },
  { name: 'truth', isTrusted: true, patience: 180_000 },
  { name: 'untrusted', isTrusted: false, patience: 120_000 },
];

/** `REGRIP_E2E_PHASES=truth,untrusted` runs those alone, while they are written. */
const ASKED = process.env['REGRIP_E2E_PHASES']?.split(',');

const [vsix, driver, shots, report] = process.argv.slice(2) as [string, string, string, string];
const folder = await mkdtemp(join(tmpdir(), 'regrip-e2e-'));
const workspace = await makeWorkspace(join(folder, 'workspace'));
let passed = 0;
const failures: string[] = [];
try {
  for (const isTrusted of [true, false]) {
    const phases = PHASES.filter(
      (phase) => phase.isTrusted === isTrusted && (ASKED?.includes(phase.name) ?? true),
    );
    if (phases.length > 0) await inEditor(isTrusted, phases);
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
await writeFile(report, JSON.stringify({ passed, failed: failures.length, failures }));
process.exit(failures.length === 0 ? 0 : 1);

async function inEditor(isTrusted: boolean, phases: readonly Phase[]): Promise<void> {
  const own = join(folder, isTrusted ? 'trusted' : 'untrusted');
  await mkdir(own);
  const options: HostOptions = { folder: own, workspace, vsix, driver, isTrusted };
  const host = process.env['REGRIP_E2E'] === 'electron' ? new Desktop(options) : new CodeServer(options);
  const window = new EditorWindow({ folder: own, shots });
  try {
    await host.start();
    for (const { name, patience } of phases) {
      await window.begin(name);
      window.show(await host.open());
      count(name, await window.results(name, patience));
      judgeConsole(name, window.problems.splice(0));
    }
  } catch (error) {
    fail(`${String(error)}\n${window.problems.slice(-20).join('\n')}`);
  } finally {
    await host.stop();
  }
}

/** Of the console's errors those of our pages; the editor has some of its own. */
function judgeConsole(phase: string, problems: readonly string[]): void {
  const ours = problems.filter((problem) => /dist\/webview|Content Security Policy/.test(problem));
  if (ours.length > 0) {
    fail(`${phase}: our pages report errors\n${ours.join('\n')}`);
    return;
  }
  passed++;
  process.stdout.write(`✓ ${phase}: our pages report no error\n`);
}

function count(phase: string, results: Results): void {
  for (const { title, ms } of results.passed) process.stdout.write(`✓ ${phase}: ${title} (${ms} ms)\n`);
  for (const { title, reason } of results.failed) fail(`${phase}: ${title}\n${reason}`);
  for (const [what, value] of Object.entries(results.measured))
    process.stdout.write(`  measured: ${what}: ${value.toFixed(0)}\n`);
  passed += results.passed.length;
}

function fail(failure: string): void {
  failures.push(failure);
  process.stdout.write(`✗ ${failure.replaceAll('\n', '\n  ')}\n`);
}
