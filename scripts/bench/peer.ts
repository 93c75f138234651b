/** The Python that the benches compare with: `REGRIP_PEER_PYTHON`, else a virtual environment made once in the cache folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const PACKAGES = [
  'torch',
  'dill',
  'hydra-core==1.3.2',
  'zarr<3',
  'numcodecs<0.16',
  'opencv-python-headless',
  'numpy<2',
];

/** Sets `REGRIP_PEER_PYTHON` for the benches. Without any Python they still give our own times. */
export function preparePeer(env: NodeJS.ProcessEnv): void {
  if (env['REGRIP_PEER_PYTHON'] !== undefined) return;
  const venv = join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'regrip', 'bench-peers');
  const python = join(venv, 'bin', 'python');
  if (!existsSync(join(venv, 'whole')) && !makeVenv(venv, python)) return;
  env['REGRIP_PEER_PYTHON'] = python;
}

function makeVenv(venv: string, python: string): boolean {
  process.stderr.write(`making ${venv} (PyTorch, zarr-python, OpenCV, Hydra: about 1 GB, once)\n`);
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(dirname(venv), { recursive: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', venv]],
    [python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...PACKAGES]],
    [python, ['-c', `open(${JSON.stringify(join(venv, 'whole'))}, 'w')`]],
  ];
  const failed = steps.find(
    ([program, args]) => spawnSync(program, args, { stdio: ['ignore', 2, 2] }).status !== 0,
  );
  if (failed !== undefined)
    process.stderr.write(`no Python peer: '${failed[0]}' failed; only our own times are given\n`);
  return failed === undefined;
}
