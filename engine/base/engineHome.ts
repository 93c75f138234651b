/** Where the engine's native parts are installed, shared by the command line and all of a user's editors. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The libtensorflow that the binding is built against. */
export const TENSORFLOW_VERSION = '2.16.2';

export type EngineFlavour = 'cpu' | 'cuda12';

/** The folder that holds one folder per engine; `REGRIP_ENGINE_HOME` overrides it. */
export function engineHome(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['REGRIP_ENGINE_HOME'];
  if (named !== undefined && named !== '') return named;
  const data = env['XDG_DATA_HOME'];
  return join(
    data !== undefined && data !== '' ? data : join(homedir(), '.local', 'share'),
    'regrip',
    'engine',
  );
}

export function engineFolder(home: string, flavour: EngineFlavour): string {
  return join(home, `${TENSORFLOW_VERSION}-${flavour}`);
}

/** The binding inside an engine folder; its run path finds `deps/lib` of the same folder. */
export function bindingPath(folder: string): string {
  return join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** Whether `flavour` is completely installed: the installer renames a folder into place only once it is. */
export function isInstalled(home: string, flavour: EngineFlavour): boolean {
  const folder = engineFolder(home, flavour);
  return existsSync(bindingPath(folder)) && existsSync(join(folder, 'deps', 'lib', 'libtensorflow.so.2'));
}
