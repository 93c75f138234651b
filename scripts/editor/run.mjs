/** The suites in a real editor: packages the extension, brings the editor, runs, counts. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumPath } from '../machine/chromium.mjs';
import { ROOT, runNode, stage } from '../setup.mjs';
import { editorPaths } from './install.mjs';

const DRIVER = join(ROOT, 'out', 'e2e', 'driver');
const SHOTS = join(ROOT, 'out', 'e2e', 'shots');
const REPORT = join(ROOT, 'out', 'e2e', 'report.json');

/** An editor that could not be brought (`fault` says why) counts as one failure. */
export async function runInEditor(fault) {
  if (fault !== undefined) return ended([`suites in a real editor: ${fault}`]);
  try {
    // Loaded late, as esbuild below: it is not there before the packages are.
    const { packageAll } = await import('../package/vsix.mjs');
    const [vsix] = await packageAll();
    await bundleSuites();
    rmSync(REPORT, { force: true });
    await stage('editor: suites', () =>
      runNode('out/test/e2e/launch.js', [vsix, DRIVER, SHOTS, REPORT], hostEnv()),
    );
    if (existsSync(REPORT)) return { skipped: 0, ...JSON.parse(readFileSync(REPORT, 'utf8')) };
  } catch (error) {
    return ended([`suites in a real editor: ${error.message}`]);
  }
  return ended(['the suites in a real editor left no report']);
}

/** Where the editor and the browser lie, said once. */
function hostEnv() {
  const { bin, node, server } = editorPaths();
  const browser = chromiumPath() ?? '';
  return {
    REGRIP_E2E_BIN: bin,
    REGRIP_E2E_NODE: node,
    REGRIP_E2E_SERVER: server,
    REGRIP_E2E_CHROMIUM: browser,
  };
}

function ended(failures) {
  return { passed: 0, failed: failures.length, skipped: 0, failures };
}

/** The extension host loads CommonJS. */
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
