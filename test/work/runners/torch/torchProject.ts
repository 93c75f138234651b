/** A project whose policy class is made of PyTorch's own modules, and small trainings of it on either engine. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodedText } from '../../../../engine/base/jsonText.js';
import type { PlainMap } from '../../../../engine/base/plain.js';
import type { LogLine } from '../../../../engine/formats/run/trainLog.js';
import { openBuiltin } from '../../../../engine/tensors/engine.js';
import type { OpenEngine } from '../../../../engine/training/loop/compute.js';
import { trainJob } from '../../../../engine/training/loop/job.js';
import { RunFolder } from '../../../../engine/training/runFolder.js';
import type { TrainEvent, TrainStart } from '../../../../engine/wire/workerMessages.js';
import { openTorch } from '../../../../engine/work/runners/torch/engine.js';
import { lowdimProject } from '../../../commands/lowdimProject.js';
import { peerPython } from '../../../peers.js';
import { lowdimConfig } from '../../../tensors/policy/configs.js';
import { type Changes, trainingConfig } from '../../../training/loop/smallRun.js';

/** A python with torch and Hydra, or undefined. */
export const python = peerPython(['torch', 'hydra', 'omegaconf']);
export const WITHOUT = 'needs a python with torch and Hydra';

export const SOURCES = fileURLToPath(new URL('../../../fixtures/torch/project', import.meta.url));

export class TorchProject {
  private constructor(
    readonly folder: string,
    /** The primary config. */
    readonly config: string,
  ) {}

  static async make(): Promise<TorchProject> {
    const folder = await mkdtemp(join(tmpdir(), 'regrip-torch-'));
    await cp(SOURCES, folder, { recursive: true });
    return new TorchProject(folder, await lowdimProject(folder, { obs: 21, action: 8 }));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  /** The log of a training on one of the engines, below the project's folder. */
  async train(name: string, engine: 'torch' | 'builtin', run: TrainedRun): Promise<readonly LogLine[]> {
    const folder = new RunFolder(join(this.folder, name));
    const { changes = {}, start = { kind: 'scratch' }, onEvent = () => undefined } = run;
    const resolved = configOf(changes);
    await folder.prepare(resolved, [], this.config);
    const text = encodedText(resolved);
    const job = {
      runDir: folder.path,
      dataset: join(this.folder, 'data.zarr'),
      config: text,
      resolved: text,
      start,
    };
    const open: OpenEngine = engine === 'torch' ? openTorch : openBuiltin;
    const torch = { python: python!, folders: [this.folder] };
    await trainJob({ ...job, torch }, { emit: onEvent, stopAsked: () => false }, open);
    return folder.readLog();
  }
}

export interface TrainedRun {
  readonly changes?: Changes;
  readonly start?: TrainStart;
  readonly onEvent?: (event: TrainEvent) => void;
}

function configOf(changes: Changes): PlainMap {
  const { policy, optimizer } = lowdimConfig(changes.policy);
  const { policy: _other, ...more } = changes;
  const training = { device: 'cpu', ...more.training };
  return { ...trainingConfig({ ...more, training }), policy: policy!, optimizer: optimizer! };
}
