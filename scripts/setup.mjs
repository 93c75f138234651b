/** Brings a bare checkout to where it runs: packages, build, engine. Plain Node: it runs before anything is installed. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyTorchFiles } from './torchFiles.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const CLI = join(ROOT, 'out', 'engine', 'cli.js');

const timings = [];

/** Installs and builds what is missing; the engine once `compiler` is there. Throws when a step that nothing can replace fails. */
export async function setUp(compiler = Promise.resolve()) {
  await prepare();
  await compiler;
  await stage('engine', installEngine);
}

/** All of it but the engine: packages and build. */
export async function prepare() {
  checkNode();
  if (!packagesMatchLock()) await stage('packages', installPackages);
  await stage('build', build);
  linkCommand();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 15)) return;
  throw new Error(
    `Node ${process.versions.node} is too old: Regrip needs Node 20.15 or newer (https://nodejs.org)`,
  );
}

/** Whether node_modules holds what package-lock.json says; optional packages of other platforms may be absent. */
function packagesMatchLock() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = Object.entries(readLock(join(ROOT, 'package-lock.json'))).filter(([path]) => path !== '');
  const found = readLock(installed);
  return wanted.every(([path, { version, optional, peer }]) =>
    found[path] === undefined ? optional === true || peer === true : found[path].version === version,
  );
}

function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/** No install script of any package runs: what is native here comes as prebuilt packages or is built by the engine's install. */
async function installPackages() {
  const status = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  if (status !== 0) throw new Error(`npm ci ended with status ${status}: see its message above`);
}

async function build() {
  const status = await runNode('node_modules/typescript/bin/tsc', ['-b', '--pretty', 'false']);
  if (status !== 0) throw new Error('the build failed: see the compiler messages above');
  await copyTorchFiles(join(ROOT, 'out', 'engine'));
}

/** Lets `npx regrip` find the command inside its own checkout, where npm links no binaries of the project itself. */
function linkCommand() {
  if (process.platform === 'win32') return; // npx falls back to package.json's "bin" there
  chmodSync(CLI, 0o755);
  const link = join(ROOT, 'node_modules', '.bin', 'regrip');
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
  symlinkSync(join('..', '..', 'out', 'engine', 'cli.js'), link);
}

/** TensorFlow is worth much and replaceable: without it everything runs on WebAssembly, slower. */
async function installEngine() {
  const status = await run(process.execPath, [CLI, 'engine', 'install']);
  if (status === 0) return;
  process.stderr.write(
    'TensorFlow was not installed (see above): going on with WebAssembly, whose training steps take about 5 times as long.\n',
  );
}

/** Runs `work` and keeps its wall time for `printTimings`. */
export async function stage(name, work) {
  const started = performance.now();
  process.stderr.write(`── ${name}\n`);
  try {
    return await work();
  } finally {
    timings.push([name, (performance.now() - started) / 1000]);
  }
}

export function printTimings() {
  process.stderr.write(
    `── ${timings.map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`).join(', ')}\n`,
  );
}

/** Runs a script of node_modules or of the build with this Node. */
export function runNode(script, args, env = {}) {
  return run(process.execPath, [join(ROOT, script), ...args], env);
}

/** Resolves with the exit status; 1 when the program did not start or was ended by a signal. */
export function run(program, args, env = {}, cwd = ROOT) {
  return new Promise((resolve) => {
    // npm is a .cmd file on Windows, which only a shell starts.
    const shell = process.platform === 'win32' && program === 'npm';
    const child = spawn(program, args, {
      cwd,
      stdio: 'inherit',
      env: { ...process.env, ...env },
      shell,
    });
    child.on('error', (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      resolve(1);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
}

/** Turns a thrown error of set-up into one line and exit code 1. */
export async function main(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
