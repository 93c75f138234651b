/** `regrip engine`: which backends this machine has and how fast they are. */

import { engineFolder, engineHome, isInstalled } from '../../base/engineHome.js';
import { RegripError } from '../../base/errors.js';
import { fixed } from '../../base/numberText.js';
import { onOneLine } from '../../base/shown.js';
import { type Io, type Register, report } from '../command.js';
import { registerEngineParts } from './parts.js';

type Backend = 'tensorflow' | 'wasm';

/** One row of the report; a missing backend says why and how to get it. */
type BackendReport =
  | {
      readonly name: Backend;
      readonly available: true;
      readonly device: string;
      readonly version: string;
      readonly matmulGflops: number;
      readonly convGflops: number;
      readonly note?: string;
    }
  | { readonly name: Backend; readonly available: false; readonly reason: string; readonly fix: string };

export interface EngineReport {
  readonly home: string;
  readonly node: string;
  /** What `auto` chooses. */
  readonly chosen: Backend;
  readonly backends: readonly BackendReport[];
}

export const registerEngine: Register = (program, io) => {
  const engine = program
    .command('engine')
    .description('show the tensor backends of this machine, their devices and measured speed')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: { json?: boolean }) => {
      const found = await inspectEngine(io);
      report(io, options.json === true, found, () => engineText(found));
    });
  registerEngineParts(engine, io);
};

async function inspectEngine(io: Io): Promise<EngineReport> {
  const home = engineHome(io.env);
  const tensorflow = await inspectBackend('tensorflow', home);
  const wasm = await inspectBackend('wasm', home);
  return {
    home,
    node: process.versions.node,
    chosen: tensorflow.available ? 'tensorflow' : 'wasm',
    backends: [tensorflow, wasm],
  };
}

async function inspectBackend(name: Backend, home: string): Promise<BackendReport> {
  if (name === 'tensorflow' && !isInstalled(home, 'cpu') && !isInstalled(home, 'cuda12')) {
    const reason = `not installed in ${engineFolder(home, 'cpu')}`;
    return { name, available: false, reason, fix: 'regrip engine install' };
  }
  // Imported here, not at the top of the file, so that no other command pays for it.
  const { openBackend } = await import('../../tensors/backend/open.js');
  const { measureBackend } = await import('../../tensors/backend/measure.js');
  try {
    const info = await openBackend({ request: name, engineHome: home });
    const { maxError, ...speed } = await measureBackend();
    if (maxError > 0)
      return { name, available: false, reason: `its matrix products are off by ${maxError}`, fix: REINSTALL };
    return { ...info, name, available: true, ...speed };
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    return { name, available: false, reason: error.message, fix: error.hint ?? REINSTALL };
  }
}

const REINSTALL = 'run: regrip engine remove, then: regrip engine install';

function engineText(found: EngineReport): string {
  const rows = found.backends.map((backend) => {
    const mark = backend.name === found.chosen ? '*' : ' ';
    return `${mark} ${backend.name.padEnd(11)}${backend.available ? speedText(backend) : missingText(backend)}`;
  });
  return [
    ...rows,
    `  engines are installed in ${found.home}; Node ${found.node}; * is what auto chooses`,
  ].join('\n');
}

function speedText(backend: BackendReport & { available: true }): string {
  const speed = `matmul ${fixed(backend.matmulGflops, 0)}, convolution ${fixed(backend.convGflops, 0)} GFLOP/s`;
  const note = backend.note === undefined ? '' : `\n    ${backend.note}`;
  return `${backend.version.padEnd(9)} ${backend.device.padEnd(16)} ${speed}${note}`;
}

function missingText(backend: BackendReport & { available: false }): string {
  return `missing: ${onOneLine(backend.reason)}\n    → ${onOneLine(backend.fix)}`;
}
