/** The suites in a real editor: packages the extension, brings the editor, runs, counts. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageAll } from '../package/vsix.mjs';
import { ROOT, runNode, stage } from '../setup.mjs';
import { bringEditor } from './install.mjs';

const DRIVER = join(ROOT, 'out', 'e2e', 'driver');
const SHOTS = join(ROOT, 'out', 'e2e', 'shots');
const REPORT = join(ROOT, 'out', 'e2e', 'report.json');

/** A machine that cannot have the editor counts as one failure, which names what is missing. */
export async function runInEditor() {
  try {
    if (process.env.REGRIP_E2E !== 'electron') await stage('editor: install', bringEditor);
    const [vsix] = await packageAll();
    await bundleSuites();
    rmSync(REPORT, { force: true });
    await stage('editor: suites', () => runNode('out/test/e2e/launch.js', [vsix, DRIVER, SHOTS, REPORT]));
    if (existsSync(REPORT)) return { skipped: 0, ...JSON.parse(readFileSync(REPORT, 'utf8')) };
  } catch (error) {
    return ended([`suites in a real editor: ${error.message}`]);
  }
  return ended(['the suites in a real editor left no report']);
}

function ended(failures) {
  return { passed: 0, failed: failures.length, skipped: 0, failures };
}

/** The extension host loads CommonJS. esbuild is loaded late: it is not there before the packages are. */
async function bundleSuites() {
  const { build } = await import('esbuild');
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
}
