/** The Python peers that tests compare with, in an environment of their own outside the checkout, that sees Debian's packages. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, runLogged, tailOf } from './logged.mjs';
import { answers, python } from './parts.mjs';

const SCIENCE = ['hydra-core==1.3.2', 'zarr<3', 'numcodecs<0.16', 'opencv-python-headless<4.12', 'numpy<2'];
const MORE = ['dill', 'safetensors', 'tensorboard', 'pytest'];
const IMPORTS = 'import hydra, zarr, numcodecs, cv2, dill, safetensors, tensorboard, pytest';
/** LeRobot, whose policies alone are compared with: most of what it depends on is for data sets and robots, and left out. */
const LEROBOT = `
  lerobot==0.4.4 draccus==0.10.0 mergedeep pyyaml-include toml typing-inspect mypy-extensions termcolor
  torchvision==0.26.0 pillow diffusers==0.35.2 huggingface_hub<0.36 einops regex requests filelock tqdm
  importlib_metadata zipp certifi charset_normalizer urllib3 idna gymnasium farama-notifications cloudpickle`;
const LEROBOT_HOLDS = 'import lerobot, draccus, torchvision, diffusers, gymnasium';
/** Beside Debian's 1.13 a PyTorch of today, which has more dtypes; the registry has it with CUDA only. */
const TORCH = ['torch==2.11.0', 'numpy<2'];
const TORCH_HOLDS = 'import torch; assert hasattr(torch._utils, "_rebuild_tensor_v3")';

/** The environment's interpreter, or why there is none. A Python that `REGRIP_PEER_PYTHON` names is taken as it is. */
export async function bringPeers() {
  const named = process.env.REGRIP_PEER_PYTHON;
  if (named) return { python: named };
  const folder = join(CACHE, 'ci', `peers-${version()}`);
  const peer = join(folder, 'bin', 'python');
  const log = join(CACHE, 'ci', 'peers.log');
  rmSync(log, { force: true });
  const status =
    (await makeScience(folder, peer, log)) || (await makeTorch(peer, log)) || (await makeLerobot(peer, log));
  if (status === 0) return { python: peer };
  const why = `pip ended with status ${status}; ${log} ends with\n${tailOf(log)}`;
  return answers(peer, '-c', IMPORTS) ? { python: peer, why } : { why };
}

async function makeScience(folder, peer, log) {
  if (answers(peer, '-c', IMPORTS)) return 0;
  rmSync(folder, { recursive: true, force: true });
  const made = await runLogged(log, python(), ['-m', 'venv', '--system-site-packages', folder]);
  return made || (await pip(peer, log, [...SCIENCE, ...MORE]));
}

async function makeTorch(peer, log) {
  if (answers(peer, '-c', TORCH_HOLDS)) return 0;
  process.stderr.write('── PyTorch for the peers is fetched once: 2.5 GB\n');
  return await pip(peer, log, ['--no-cache-dir', ...TORCH]);
}

/** Without what it depends on, which would bring another NumPy and PyTorch. */
async function makeLerobot(peer, log) {
  if (answers(peer, '-c', LEROBOT_HOLDS)) return 0;
  return await pip(peer, log, ['--no-deps', ...LEROBOT.trim().split(/\s+/)]);
}

function pip(peer, log, args) {
  return runLogged(log, peer, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...args]);
}

function version() {
  const program = 'import sys; print("%d.%d" % sys.version_info[:2])';
  return spawnSync(python(), ['-c', program], { encoding: 'utf8' }).stdout?.trim() || 'none';
}
