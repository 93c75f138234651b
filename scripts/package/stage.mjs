/** Lays out a package as it will be installed: bundles, pages, and the native packages that cannot be bundled. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../setup.mjs';
import { copyTorchFiles } from '../torchFiles.mjs';
import { bundleWebviews } from '../webview.mjs';
import { bundle } from './bundle.mjs';
import { NATIVE, PREBUILT_BINDING, WASM_FILES } from './entries.mjs';
import { notices } from './notices.mjs';

const require = createRequire(import.meta.url);
const SHIPPED = ['README.md', 'CHANGELOG.md', 'media', 'syntaxes', 'package.nls.json'];

/** Bundles everything once, or to debug; resolves to the sizes by bundle and the names of the packages inside. */
export async function bundleAll({ isDebug = false } = {}) {
  await rm(join(ROOT, 'dist'), { recursive: true, force: true });
  const bundles = await bundle({ isDebug });
  await copyTorchFiles(join(ROOT, 'dist', 'engine'));
  const pages = await bundleWebviews(join(ROOT, 'dist', 'webview'), { isDebug });
  const inputs = [...bundles.values()].flatMap((each) => each.inputs);
  return { bundles, inputs: [...inputs, ...Object.keys(pages.inputs)] };
}

/** `platform` is `linux-x64`, or `universal`: without engine, with diagnostics and viewers. */
export async function stage(platform, { inputs }) {
  const folder = join(ROOT, 'dist', 'stage', platform);
  const isWhole = platform !== 'universal';
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'dist'), { recursive: true });
  for (const name of SHIPPED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await cp(join(ROOT, 'LICENSE'), join(folder, 'LICENSE.txt'));
  for (const part of ['client', 'server', 'webview', ...(isWhole ? ['engine'] : [])])
    await cp(join(ROOT, 'dist', part), join(folder, 'dist', part), { recursive: true });
  if (isWhole) await addEngineParts(folder);
  await addManifest(folder);
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), await notices(inputs, isWhole ? NATIVE : []));
  return folder;
}

/** What the engine's bundles need beside them. */
export async function addEngineParts(folder) {
  for (const name of NATIVE) await copyPackage(name, join(folder, 'dist', 'node_modules', name));
  for (const file of WASM_FILES)
    await cp(require.resolve(file), join(folder, 'dist', 'engine', 'tensors', file.split('/').at(-1)));
  await mkdir(join(folder, 'prebuilt', 'linux-x64'), { recursive: true });
  await cp(join(engineHome(), PREBUILT_BINDING), join(folder, 'prebuilt', 'linux-x64', 'tfjs_binding.node'));
}

/** As the engine looks for it; set-up has put it there. */
function engineHome() {
  const data = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
  return process.env.REGRIP_ENGINE_HOME || join(data, 'regrip', 'engine');
}

/** What an editor reads; what npm reads stays in the checkout. */
export async function addManifest(folder) {
  const all = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const { bin, files, scripts, dependencies, devDependencies, engines, ...kept } = all;
  const shipped = { ...kept, engines: { vscode: engines.vscode } };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(shipped, undefined, 2)}\n`);
}

async function copyPackage(name, target) {
  const source = join(ROOT, 'node_modules', name);
  await mkdir(dirname(target), { recursive: true });
  await cp(source, target, { recursive: true, filter: (path) => !/\.(?:d\.ts|map|md)$/.test(path) });
}
