/** LeRobot's policies from the command line: explained against a config.json, and what does not train or run them says who does. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lerobotTraining } from '../../engine/formats/lerobot/policyConfig.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { floats } from '../formats/checkpoint/files.js';
import { diffusionConfig, savePolicy } from '../formats/lerobot/policy.js';
import { regrip } from './call.js';

const configOf = (action: number) =>
  diffusionConfig(
    {
      'observation.state': { type: 'STATE', shape: [action] },
      'observation.environment_state': { type: 'ENV', shape: [3] },
    },
    action,
  );
const CONDITION = 'diffusion.unet.mid_modules.0.cond_encoder.1.weight';
let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'regrip-lerobot-'));
  const config = configOf(7);
  const weights = policySpec(lerobotTraining(JSON.parse(JSON.stringify(config)))).parameters.map(
    ({ key, shape }) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return floats(key, [...shape], Array<number>(count).fill(0));
    },
  );
  await savePolicy(join(cwd, 'old'), { config, weights });
  await writeFile(join(cwd, 'new.json'), JSON.stringify(configOf(8)));
  await mkdir(join(cwd, 'new'));
  await writeFile(join(cwd, 'new', 'config.json'), JSON.stringify(configOf(8)));
  await writeFile(join(cwd, 'new', 'train_config.json'), JSON.stringify({ policy: configOf(8) }));
  await writeFile(join(cwd, 'train_config.json'), JSON.stringify({ policy: configOf(8), seed: 1 }));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

it.each(['new.json', 'train_config.json', 'new'])('explain compares with a %s', async (file) => {
  const { out, code } = await regrip(['explain', 'old', CONDITION, '--config', file], { cwd });
  expect(code).toBe(0);
  expect(out).toContain('in the file  [128, 52] float32');
  expect(out).toContain(
    'diffusion step 32 + 2 × (observation.state 8 + observation.environment_state 3)) ← policy.diffusion_step_embed_dim',
  );
  expect(out).toContain('widened [128, 52] → [128, 54], new columns 39, 50: zero');
  expect(out).toMatch(/regrip adapt --old-ckpt \S+\/old --new-ckpt \S+\/old-8d --config \S+/);
});

it('no call is offered where the new config loses what no option of adapt keeps', async () => {
  const other = { ...configOf(8), diffusion_step_embed_dim: 64 };
  await writeFile(join(cwd, 'other.json'), JSON.stringify(other));
  const { out, code } = await regrip(['explain', 'old', CONDITION, '--config', 'other.json'], { cwd });
  expect(code).toBe(0);
  expect(out).toContain('refused unless --allow-drop is given');
  expect(out).not.toContain('regrip adapt');
});

it('what is wrong in a config.json is told by the names that it has', async () => {
  await writeFile(join(cwd, 'wrong.json'), JSON.stringify({ ...configOf(8), horizon: 13 }));
  for (const args of [
    ['adapt', '--old-ckpt', 'old', '--dry-run', '--config', 'wrong.json'],
    ['explain', 'old', CONDITION, '--config', 'wrong.json'],
  ]) {
    const { out, err } = await regrip(args, { cwd });
    expect(out + err).toContain('horizon is 13, expected a multiple of');
    if (args[0] === 'adapt') expect(err).toContain(`${join(cwd, 'wrong.json')}: horizon`);
    expect(out + err).not.toMatch(/policy\.(?:horizon|down_dims)/);
  }
});

it('overrides are for configs of Hydra', async () => {
  const { err, code } = await regrip(['explain', 'old', CONDITION, '--config', 'new.json', 'a=1'], { cwd });
  expect(code).toBe(2);
  expect(err).toContain("a=1: overrides are for Hydra's configs");
});

it.each([
  [['finetune', 'new.json']],
  [['finetune', 'old']],
  [['finetune', 'train_config.json', '--runner', 'python']],
  [['finetune', 'old']],
  [['finetune', 'old', 'training.num_epochs=5']],
  [['evaluate', 'old', 'training.seed=5']],
  [['evaluate', 'old', '--data', 'data']],
  [['predict', 'old', '--data', 'data', '--windows', '0']],
])('%j: LeRobot trains and runs its policies', async (args) => {
  const { err, code } = await regrip(args, { cwd });
  expect(code).toBe(1);
  expect(err).toContain('the policy is a LeRobot diffusion policy, which Regrip checks, explains and adapts');
  expect(err).toContain('lerobot-train --policy.path=FOLDER');
});
