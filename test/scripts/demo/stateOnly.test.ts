// @module-tag engine
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { convert } from '../../../engine/work/convert/convert.js';
import { measureBaseline } from '../../../scripts/demo/baseline.js';
import { recordEpisodes } from '../../../scripts/demo/episodes.js';

const CONFIGS = fileURLToPath(new URL('../../../scripts/demo/config', import.meta.url));
const frame = { width: 32, height: 24 };
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-state-'));
  await recordEpisodes(join(folder, 'trajectories'), { episodes: 40, seed: 1, frame });
  await convert({
    input: join(folder, 'trajectories'),
    output: join(folder, 'pick_place_8d.zarr'),
    ...{ resolution: undefined, startEpisode: undefined, maxEpisodes: undefined, processes: 0 },
    ...{ compressor: 'none', compressionLevel: 5, gripper: true, resume: false, overwrite: false },
  });
  await cp(CONFIGS, join(folder, 'config'), { recursive: true });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('pose and gripper state alone do not say when to switch', async () => {
  const config = join(folder, 'config', 'train_pick_place.yaml');
  const overrides = ['task=pick_place_8d', 'task.image_shape=[3,24,32]', 'policy.crop_shape=[20,28]'];
  const options = { steps: 600, seed: 1 };
  const { stateOnly, switches } = await measureBaseline(
    ...([config, overrides, join(folder, 'pick_place_8d.zarr'), options] as const),
  );
  expect(switches).toBe(16);
  // It learns what can be learnt (a guess scores 0.5, holding about 0.8), but the switches stay far from 1.
  expect(stateOnly.accuracy).toBeGreaterThan(0.65);
  expect(stateOnly.f1Within1).toBeLessThan(0.75);
  expect(stateOnly.f1Within2).toBeLessThan(0.85);
}, 60_000);
