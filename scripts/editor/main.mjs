/**
 * `npm run e2e`: packages the extension, installs it into a real VS Code and runs the suites there. Screenshots: out/e2e/shots.
 * `REGRIP_E2E=electron` takes VS Code for the desktop, which `@vscode/test-electron` downloads; without it code-server's.
 */
import { printFailures, printSkips } from '../failures.mjs';
import { bringMachine } from '../machine/bring.mjs';
import { main, printTimings, setUp } from '../setup.mjs';
import { runInEditor } from './run.mjs';

await main(async () => {
  const machine = bringMachine();
  await setUp(machine.system);
  const { editorFault, canHaveEditor, skips } = await machine.all;
  if (!canHaveEditor) {
    printSkips(skips);
    process.stdout.write('0 passed, 0 failed, 1 skipped\n');
    return 1; // asked for these suites alone
  }
  const { passed, failed, failures } = await runInEditor(editorFault);
  printTimings();
  printFailures(failures);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});
