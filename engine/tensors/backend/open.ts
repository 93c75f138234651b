/** Chooses the tensor backend of this process, once, and describes it. The only way to a tfjs backend. */
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { engineFolder, engineHome, isInstalled } from '../../base/engineHome.js';
import { RegripError, UsageError, unreachable } from '../../base/errors.js';
import { TensorError } from '../tensorError.js';
import { loadTensorFlow } from './tensorflow.js';
import { loadWasm } from './wasm.js';

export const BACKEND_REQUESTS = ['auto', 'tensorflow', 'tensorflow-cpu', 'tensorflow-cuda', 'wasm'] as const;
export type BackendRequest = (typeof BACKEND_REQUESTS)[number];

export interface BackendInfo {
  readonly name: 'tensorflow' | 'wasm';
  /** Where tensor operations run, for a person: `CPU, 2 threads`. */
  readonly device: string;
  /** libtensorflow's version, or the WebAssembly package's. */
  readonly version: string;
  /** Why this backend and not a faster one, and what that costs. */
  readonly note?: string;
}

export interface OpenBackendOptions {
  readonly request: BackendRequest;
  /** The folder of engines; by default the user's. */
  readonly engineHome?: string;
}

const opened = new Map<BackendInfo['name'], BackendInfo>();

/** Narrows what a user typed after `--backend`. Throws a UsageError that lists the choices. */
export function parseBackendRequest(text: string): BackendRequest {
  const known = BACKEND_REQUESTS.find((request) => request === text);
  if (known !== undefined) return known;
  throw new UsageError(`unknown backend '${text}'`, `one of ${BACKEND_REQUESTS.join(', ')}`);
}

/**
 * Makes the requested backend tfjs's current one. `auto` falls back to WebAssembly with a note; a backend or device
 * that was requested by name and is missing is an error (`backend-missing`, `device-missing`).
 */
export async function openBackend(options: OpenBackendOptions): Promise<BackendInfo> {
  const home = options.engineHome ?? engineHome();
  switch (options.request) {
    case 'auto':
      return openFastest(home);
    case 'tensorflow':
      return openTensorFlow(home, 'any');
    case 'tensorflow-cpu':
      return openTensorFlow(home, 'cpu');
    case 'tensorflow-cuda':
      return openTensorFlow(home, 'cuda');
    case 'wasm':
      return openWasm();
    default:
      return unreachable(options.request satisfies never);
  }
}

async function openFastest(home: string): Promise<BackendInfo> {
  try {
    return await openTensorFlow(home, 'any');
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    return { ...(await openWasm()), note: `${WASM_COST} (${error.message}; ${error.hint ?? INSTALL_HINT})` };
  }
}

/** Measured on five training steps of the reference policy on two cores; more cores widen the gap. */
export const WASM_COST =
  'WebAssembly on one thread instead of TensorFlow: training takes about 5 times as long';
const INSTALL_HINT = 'run: regrip engine install';

async function openTensorFlow(home: string, device: 'any' | 'cpu' | 'cuda'): Promise<BackendInfo> {
  const before = opened.get('tensorflow');
  const info = before === undefined ? await loadInstalled(home, device) : await again(before);
  refuseOtherDevice(info, device);
  return info;
}

async function again(info: BackendInfo): Promise<BackendInfo> {
  await tf.setBackend(info.name);
  return info;
}

async function loadInstalled(home: string, device: 'any' | 'cpu' | 'cuda'): Promise<BackendInfo> {
  const flavours =
    device === 'any' ? (['cuda12', 'cpu'] as const) : ([device === 'cuda' ? 'cuda12' : 'cpu'] as const);
  const flavour = flavours.find((candidate) => isInstalled(home, candidate));
  if (flavour === undefined) {
    throw new TensorError({
      code: 'backend-missing',
      message: `TensorFlow is not installed in ${flavours.map((f) => engineFolder(home, f)).join(' or ')}`,
      hint: device === 'cuda' ? CUDA_HINT : INSTALL_HINT,
    });
  }
  const { usesGpu, version } = await loadTensorFlow(engineFolder(home, flavour));
  const where = usesGpu ? 'GPU (CUDA)' : `CPU, ${availableParallelism()} threads`;
  const info: BackendInfo = { name: 'tensorflow', device: where, version, ...fallenToCpu(flavour, usesGpu) };
  opened.set('tensorflow', info);
  return info;
}

const CUDA_HINT = 'run: regrip engine install --cuda; or use --backend tensorflow-cpu';

function fallenToCpu(flavour: 'cpu' | 'cuda12', usesGpu: boolean): { note?: string } {
  if (flavour === 'cpu' || usesGpu) return {};
  return {
    note: 'the CUDA engine did not find a usable GPU and runs on the CPU; check nvidia-smi and the library path',
  };
}

function refuseOtherDevice(info: BackendInfo, device: 'any' | 'cpu' | 'cuda'): void {
  const usesGpu = info.device.startsWith('GPU');
  if (device === 'any' || usesGpu === (device === 'cuda')) return;
  throw new TensorError({
    code: 'device-missing',
    message: `TensorFlow was requested on ${device === 'cuda' ? 'a GPU' : 'the CPU'}, but it runs on ${info.device}`,
    hint:
      device === 'cuda'
        ? 'check nvidia-smi and the library path, or use --backend auto'
        : 'set CUDA_VISIBLE_DEVICES=-1',
  });
}

async function openWasm(): Promise<BackendInfo> {
  const before = opened.get('wasm');
  if (before !== undefined) return again(before);
  const { version } = await loadWasm();
  const info: BackendInfo = { name: 'wasm', device: 'CPU, 1 thread', version };
  opened.set('wasm', info);
  return info;
}
