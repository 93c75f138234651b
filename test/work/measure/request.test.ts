// @module-tag engine
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJson } from '../../../engine/base/jsonText.js';
import type { PlainMap } from '../../../engine/base/plain.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { type PolicyRequest, preparePolicy } from '../../../engine/work/measure/request.js';
import { DATA_SET, unpackCheckpoint } from '../../adapt/fixtures.js';
import { trainingConfig } from '../../training/loop/smallRun.js';

let folder: string;
let reference: string;
let withoutEma: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-request-'));
  reference = await unpackCheckpoint('policy-8d', folder);
  withoutEma = join(folder, 'model.ckpt');
  // Headers are enough to judge a request, so the state dict may be empty.
  await writeCheckpoint(
    withoutEma,
    { config: trainingConfig(), stateDicts: { model: [] }, pickles: {} },
    { overwrite: false },
  );
});
afterAll(() => rm(folder, { recursive: true }));

const prepared = (checkpoint: string, asked: Partial<PolicyRequest> = {}) =>
  preparePolicy({ checkpoint, overrides: [], data: DATA_SET, cwd: folder, env: {}, ...asked });

test('the EMA weights are taken where there are any, and asking for absent ones names what is there', async () => {
  expect((await prepared(reference)).job.weights).toBe('ema');
  expect((await prepared(withoutEma)).job.weights).toBe('model');
  await expect(prepared(withoutEma, { weights: 'ema' })).rejects.toMatchObject({
    code: 'weights',
    message: expect.stringContaining("has no state dict 'ema_model' (it has model)"),
    hint: expect.stringContaining('--weights model'),
  });
});

test("the sampler is the robot's unless it is asked for another", async () => {
  const sampler = async (checkpoint: string, asked: Partial<PolicyRequest>) =>
    (await prepared(checkpoint, asked)).job.sampler;
  expect(await sampler(reference, {})).toEqual({ method: 'ddpm', steps: 10 });
  expect(await sampler(reference, { sampler: 'ddim' })).toEqual({ method: 'ddim', steps: 8 });
  expect(await sampler(withoutEma, { sampler: 'ddim' })).toEqual({ method: 'ddim', steps: 2 });
  expect(await sampler(reference, { steps: 4 })).toEqual({ method: 'ddpm', steps: 4 });
});

test('a policy of DDIM is sampled with it, in its own steps', async () => {
  const overrides = ['policy.noise_scheduler._target_=diffusers.DDIMScheduler'];
  const sampler = async (asked: Partial<PolicyRequest>) =>
    (await prepared(reference, { overrides, ...asked })).job.sampler;
  expect(await sampler({})).toEqual({ method: 'ddim', steps: 10 });
  expect(await sampler({ sampler: 'ddpm' })).toEqual({ method: 'ddpm', steps: 100 });
});

test('overrides change the saved config before its interpolations are resolved', async () => {
  const { job, spec } = await prepared(reference, {
    overrides: ['n_action_steps=4', '+regrip.backend=wasm'],
  });
  expect(spec.actionSteps).toBe(4);
  const resolved = parseJson(job.resolved) as Record<string, PlainMap>;
  expect(resolved['task']!['dataset']).toMatchObject({ pad_after: 3 });
  expect(resolved['regrip']).toEqual({ backend: 'wasm' });
});

test('variables of the machine that trained are not needed', async () => {
  const overrides = ['logging.name=${oc.env:CLUSTER_USER}'];
  await expect(prepared(reference, { overrides })).resolves.toMatchObject({
    episodeEnds: [24, 58, 91, 123, 148],
  });
});

test("the config's data set counts from the current folder", async () => {
  const cwd = join(DATA_SET, '../..');
  const overrides = ['task.dataset_path=reference/cogact-mini.160x90.zarr'];
  const { job } = await preparePolicy({ checkpoint: reference, overrides, cwd, env: {} });
  expect(job.dataset).toBe(DATA_SET);
});
