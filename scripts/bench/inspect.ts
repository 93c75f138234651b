/** Opening a checkpoint of full size (20 M parameters, with EMA and moments) for its index against torch.load. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import type { TensorSource } from '../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import type { Bench } from './result.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/bench/load_checkpoint.py', import.meta.url)); // from out/scripts/bench
const TENSORS = 200; // about as many as the policy has
const ELEMENTS = 101_000; // of each: together 20.2 million, 323 MB with the EMA and two moments
const ROUNDS = 3; // the best counts on both sides, since the first one fills the page cache

export const benchInspect: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-bench-inspect-'));
  try {
    const path = join(folder, 'full.ckpt');
    await writeFullSize(path);
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await timeOurs(path));
      peers.push(...timePeer(path));
    }
    return {
      work: `list the keys of a checkpoint of ${Math.round((await stat(path)).size / 1e6)} MB`,
      oursSeconds: Math.min(...ours),
      peerSeconds: peers.length === 0 ? undefined : Math.min(...peers),
      peer: peers.length === 0 ? 'needs a python with torch, dill and omegaconf' : 'torch.load',
      targetRatio: 1,
      detail: 'torch.load reads the tensors too: it has no way to list them alone',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function timeOurs(path: string): Promise<number> {
  const start = performance.now();
  const file = await openCheckpoint(path);
  const seconds = (performance.now() - start) / 1000;
  await file.close();
  return seconds;
}

function timePeer(path: string): number[] {
  const python = process.env['REGRIP_PEER_PYTHON'];
  if (python === undefined) return [];
  const { status, stdout } = spawnSync(python, [SCRIPT, path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
  return status === 0 ? [Number(stdout)] : [];
}

async function writeFullSize(path: string): Promise<void> {
  const bytes = new Uint8Array(Float32Array.from({ length: ELEMENTS }, (_, i) => (i % 97) / 970).buffer);
  const tensor = (key: string): TensorSource => ({
    key,
    shape: [ELEMENTS],
    dtype: 'float32',
    read: () => bytes,
  });
  const dict = Array.from({ length: TENSORS }, (_, i) => tensor(`model.decoder.layers.${i}.weight`));
  const moments = dict.map(
    (_, i) => [i, { step: 1000, expAvg: tensor('m'), expAvgSq: tensor('v') }] as const,
  );
  await writeCheckpoint(path, {
    config: { horizon: 16 },
    stateDicts: { model: dict, ema_model: dict },
    optimizer: { paramGroups: [{ lr: 1e-4, params: dict.map((_, i) => i) }], state: new Map(moments) },
    pickles: { global_step: 1000, epoch: 10 },
  });
}
