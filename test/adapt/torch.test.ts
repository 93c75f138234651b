import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adaptReference } from './adapted.js';
import { LOADER } from './fixtures.js';
import { readListing } from './references.js';

interface Loaded {
  readonly model: Record<string, { shape: number[]; dtype: string; sha256: string; storage: number | null }>;
  readonly ema_model: Loaded['model'];
  readonly optimizer: {
    readonly groups: {
      lr: number;
      initial_lr: number;
      betas: number[];
      weight_decay: number;
      params: number[];
    }[];
    readonly state: Record<string, { step: number; exp_avg: number[] }>;
  };
  readonly pickles: Record<string, unknown>;
}

let folder: string;
let adapted: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-adapt-torch-'));
  adapted = (await adaptReference(folder)).now;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const peers = [process.env['REGRIP_PEER_PYTHON'], '/usr/bin/python3'];

describe.each(peers.map((python) => [python ?? 'REGRIP_PEER_PYTHON', python] as const))(
  '%s',
  (_name, python) => {
    const missing = python === undefined || spawnSync(python, ['-c', 'import torch, dill']).status !== 0;

    it.skipIf(missing)('loads the adapted checkpoint key by key (needs a python with torch and dill)', () => {
      const loaded = JSON.parse(execFileSync(python!, [LOADER, adapted], { encoding: 'utf8' })) as Loaded;
      const old = readListing('policy-7d.json').state_dicts.ema_model;
      const now = readListing('policy-8d.json').state_dicts;
      for (const name of ['model', 'ema_model'] as const) {
        expect(Object.keys(loaded[name])).toEqual(Object.keys(now[name]));
        for (const [key, tensor] of Object.entries(now[name])) {
          const found = loaded[name][key]!;
          expect([key, found.shape, found.dtype]).toEqual([key, tensor.shape, tensor.dtype]);
          if (String(old[key]?.shape) === String(tensor.shape))
            expect([key, found.sha256]).toEqual([key, old[key]!.sha256]);
          if (tensor.aliases && found.storage !== null)
            expect(found.storage).toBe(loaded[name][tensor.aliases]!.storage);
        }
      }
      expect(loaded.pickles).toMatchObject({
        global_step: 0,
        epoch: 0,
        regrip_adaptation: { old_action_dim: 7 },
      });
      expect(
        loaded.optimizer.groups.map((group) => [
          group.lr,
          group.initial_lr,
          group.weight_decay,
          group.params.length,
        ]),
      ).toEqual([
        [0.0003, 0.0003, 0.001, 17],
        [0.0003, 0.0003, 0, 34],
        [0.0003, 0.0003, 1e-6, 64],
      ]);
      expect(loaded.optimizer.state['16']).toEqual({ step: 4321, exp_avg: [32, 8], exp_avg_sq: [32, 8] });
    });
  },
);
