/** A checkpoint of upstream's DP3, adapted: its class loads it strictly, and predicts the old dimensions as before. */
// @module-tag long
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adaptCheckpoint } from '../../engine/adapt/adapt.js';
import { Stream } from '../../engine/base/streams.js';
import { compose } from '../../engine/config/compose.js';
import { TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { dp3Config, LISTING } from '../judge/policy/dp3/configs.js';
import { peerPython } from '../peers.js';
import { floats, writeZarr } from '../server/reader/readerFiles.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/families/dp3/adapted.py', import.meta.url));
/** The folder of 3D-Diffusion-Policy that holds its package. */
const project = process.env['REGRIP_DP3_PROJECT'];
const python = project && peerPython(['torch', 'dill', 'einops', 'diffusers', 'omegaconf']);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-dp3-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) =>
  execFileSync(python!, [SCRIPT, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });

it.skipIf(!python).each(['simple', 'cross_attention_film'])(
  '%s (needs REGRIP_DP3_PROJECT and a python with torch, dill, einops, diffusers and OmegaConf)',
  async (variant) => {
    const [old, output] = ['old.ckpt', 'new.ckpt'].map((name) => join(folder, `${variant}-${name}`));
    run('make', project!, variant, old!);
    const { obs } = LISTING[variant]!.policy['shape_meta'] as { obs: object };
    const primary = join(folder, `${variant}.yaml`);
    const to = dp3Config(variant, { shape_meta: { obs: { ...obs }, action: { shape: [8] } } });
    await writeFile(primary, JSON.stringify(to)); // which is YAML too
    const data = { action: floats(9, 8, 9, (step, at) => step + at), state: floats(9, 7, 9, (step) => step) };
    await adaptCheckpoint({
      oldCheckpoint: old!,
      config: await compose(primary, []),
      dataSet: await writeZarr(join(folder, `${variant}.zarr`), data, [9]),
      options: TRANSPLANT,
      output: output!,
      overwrite: false,
      random: (position) => new Stream(42, 'initialisation', position),
    });
    const found = JSON.parse(run('compare', project!, old!, output!));
    expect(found.difference).toBeLessThan(1e-12);
    expect(found.greatest).toBeGreaterThan(0.1);
    expect(found.normalizer).toEqual({ action: [8], agent_pos: [7], point_cloud: [6] });
    expect(found.step).toBe(1);
  },
  60_000,
);
