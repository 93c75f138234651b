/** Makes the packages that an editor installs. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run, stage } from '../setup.mjs';
import { bundleAll, stage as layOut } from './stage.mjs';

/** The extension host loads it before anything is shown. */
const MAX_CLIENT_BYTES = 1.5e6;

/** Resolves to the files: linux-x64 with the engine, then the universal one. */
export async function packageAll() {
  const bundled = await stage('bundles', bundleAll);
  for (const [name, { size }] of bundled.bundles) process.stdout.write(`${name}: ${megabytes(size)}\n`);
  const { size } = bundled.bundles.get('dist/client/extension.cjs');
  if (size > MAX_CLIENT_BYTES)
    throw new Error(`the client's bundle has ${size} bytes, more than ${MAX_CLIENT_BYTES}`);
  const files = [];
  for (const platform of ['linux-x64', 'universal'])
    files.push(await stage(`package ${platform}`, () => pack(platform, bundled)));
  return files;
}

async function pack(platform, bundled) {
  const folder = await layOut(platform, bundled);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const isWhole = platform !== 'universal';
  const file = join(ROOT, 'dist', `regrip${isWhole ? `-${platform}` : ''}-${version}.vsix`);
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const target = isWhole ? ['--target', platform] : [];
  const vsce = join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
  const status = await run(process.execPath, [vsce, ...args, '--out', file, ...target], {}, folder);
  if (status !== 0) throw new Error(`vsce ended with status ${status}`);
  process.stdout.write(`${file}: ${megabytes((await stat(file)).size)}\n`);
  return file;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
