/** What the editor's extension host runs: the suites of the phase, by mocha, with the results as a file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { Exchange } from '../exchange.js';
import { measured, setExchange, shot, useTheme } from './ui.js';

const SUITES: Readonly<Record<string, () => Promise<unknown>>> = {
  work: () => import('./work.suite.js'),
  reload: () => import('./reload.suite.js'),
  truth: () => import('./truth.suite.js'),
  untrusted: () => import('./untrusted.suite.js'),
};

export async function run(): Promise<void> {
  const folder = process.env['REGRIP_E2E_FOLDER']!;
  const { phase } = JSON.parse(readFileSync(join(folder, 'phase.json'), 'utf8')) as { phase: string };
  const exchange = new Exchange(folder);
  setExchange(exchange);
  await useTheme('Default Dark Modern');
  await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: Mocha.reporters.Base });
  mocha.suite.emit('pre-require', globalThis as never, '', mocha);
  await SUITES[phase]!();
  mocha.suite.afterEach('what a failure looked like', async function () {
    const test = this.currentTest;
    if (test?.isFailed()) await shot(`failed-${test.title.replaceAll(/\W+/g, '-')}`);
  });
  const passed: { title: string; ms: number }[] = [];
  const failed: { title: string; reason: string }[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => passed.push({ title: test.fullTitle(), ms: test.duration ?? 0 }));
    runner.on('fail', (test, error: Error) =>
      failed.push({ title: test.fullTitle(), reason: error.stack ?? error.message }),
    );
  });
  await exchange.tell({ passed, failed, measured }, phase);
}
