/** `npm run e2e`: packages the extension, installs it into a real VS Code and runs the suites there. Screenshots: out/e2e/shots. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { main, printTimings, ROOT, runNode, stage } from './setup.mjs';

const DRIVER = join(ROOT, 'out', 'e2e', 'driver');
const SHOTS = join(ROOT, 'out', 'e2e', 'shots');

await main(async () => {
  const status = (await runNode('scripts/package.mjs', [])) || (await stage('editor', runSuites));
  printTimings();
  return status;
});

async function runSuites() {
  mkdirSync(DRIVER, { recursive: true });
  cpSync(join(ROOT, 'test/e2e/driver/package.json'), join(DRIVER, 'package.json'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/e2e/suites/index.ts'],
    outfile: join(DRIVER, 'index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    logLevel: 'error',
  });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const vsix = join(ROOT, 'dist', `regrip-linux-x64-${version}.vsix`);
  return runNode('out/test/e2e/launch.js', [vsix, DRIVER, SHOTS]);
}
