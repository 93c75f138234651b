/** Builds tfjs-node's N-API binding with the machine's compiler, and checks that it loads. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bindingPath, TENSORFLOW_VERSION } from '../../base/engineHome.js';
import { InstallFailed } from './installError.js';
import { lastLines, runProgram } from './process.js';
import { type Ask, askOnPath, type Invocation } from './requirements.js';

const require = createRequire(import.meta.url);

/** Present in a packaged extension; a checkout compiles its own. */
const PREBUILT = fileURLToPath(new URL('../../../../prebuilt/linux-x64/tfjs_binding.node', import.meta.url));

export function hasPrebuiltBinding(): boolean {
  return existsSync(PREBUILT);
}

/** Used instead of `buildBinding`, where the package contains a binding. */
export async function copyBinding(folder: string): Promise<void> {
  const binding = bindingPath(folder);
  await mkdir(dirname(binding), { recursive: true });
  await copyFile(PREBUILT, binding);
}

/** Compiles the binding against deps/include and deps/lib of `folder`. One build serves every Node of N-API 8 or later. */
export async function buildBinding(
  folder: string,
  compiler: Invocation,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<void> {
  const binding = bindingPath(folder);
  await mkdir(dirname(binding), { recursive: true });
  const [program, ...flags] = compiler;
  const { status, output } = await runProgram(program, [...flags, ...compilerArguments(folder, binding)], {
    env,
    signal,
  });
  if (status === 0) return;
  throw new InstallFailed(
    `${program} could not build the binding: ${lastLines(output, 4)}`,
    'a C++17 compiler is needed (GCC 8 or newer); set CXX to one and run: regrip engine install',
  );
}

function compilerArguments(folder: string, binding: string): string[] {
  const sources = join(dirname(require.resolve('@tensorflow/tfjs-node/package.json')), 'binding');
  const napi = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  return [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    ...[`-I${join(folder, 'deps', 'include')}`, `-I${napi}`, `-I${sources}`],
    ...[join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc'), '-o', binding],
    ...[`-L${join(folder, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework'],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
}

/** Throws InstallFailed when the new binding does not load. */
export async function proveBinding(
  folder: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<void> {
  const problem = await bindingProblem(folder, askOnPath(env, signal));
  if (problem === undefined) return;
  throw new InstallFailed(
    `the binding was built but cannot be loaded: ${problem}`,
    'TensorFlow needs a CPU with AVX and glibc 2.17 or newer; the WebAssembly backend needs neither',
  );
}

const PRINT_VERSION =
  "process.env.TF_CPP_MIN_LOG_LEVEL = '3'; process.stdout.write(String(require(process.argv[1]).TF_Version))";

/**
 * Why the binding of `folder` does not load; undefined when it does. Checked in a separate process: a CPU without AVX
 * ends that one, not ours.
 */
export async function bindingProblem(folder: string, ask: Ask): Promise<string | undefined> {
  const { status, output } = await ask(process.execPath, ['-e', PRINT_VERSION, bindingPath(folder)]);
  return status === 0 && output.includes(TENSORFLOW_VERSION) ? undefined : lastLines(output);
}
