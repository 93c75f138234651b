/**
 * `npm run e2e`: packages the extension, installs it into a real VS Code and runs the suites there. Screenshots: out/e2e/shots.
 * `REGRIP_E2E=electron` takes VS Code for the desktop, which `@vscode/test-electron` downloads; without it code-server's.
 */
import { printFailures } from '../failures.mjs';
import { main, printTimings, setUp } from '../setup.mjs';
import { runInEditor } from './run.mjs';

await main(async () => {
  await setUp();
  const { passed, failed, failures } = await runInEditor();
  printTimings();
  printFailures(failures);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});
