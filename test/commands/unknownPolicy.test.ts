import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { POLICY_CLASSES } from '../../engine/judge/policy/families.js';
import { NEW_CONFIG } from '../adapt/fixtures.js';
import { SMALL } from '../formats/checkpoint/files.js';
import { regrip } from './call.js';

const TARGET = 'project.policy.OtherPolicy';
const SAID = `policy._target_ is ${TARGET}, a policy class that Regrip does not know; it knows ${POLICY_CLASSES.join(', ')}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-unknown-'));
  await mkdir(join(folder, 'config'));
  // Neither data set, training nor optimizer: the class is said before what else is missing.
  await writeFile(join(folder, 'config/train.yaml'), `policy:\n  _target_: ${TARGET}\n`);
  await writeCheckpoint(join(folder, 'other.ckpt'), { ...SMALL, config: { policy: { _target_: TARGET } } });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CONFIG = 'config/train.yaml';
const CALLS: readonly (readonly [string, readonly string[]])[] = [
  ['adapt', ['adapt', '--old-ckpt', 'none.ckpt', '--config', CONFIG, '--dry-run']],
  [
    "adapt, for the old checkpoint's class",
    ['adapt', '--old-ckpt', 'other.ckpt', '--config', NEW_CONFIG, '--dry-run'],
  ],
  ['finetune', ['finetune', CONFIG]],
  ['finetune with train.py', ['finetune', CONFIG, '--runner', 'python']],
  ['evaluate', ['evaluate', 'other.ckpt']],
  ['predict', ['predict', 'other.ckpt', '--windows', '0']],
];

it.each(CALLS)('%s says which class it is and which are known', async (_, args) => {
  const { code, err } = await regrip(args, { cwd: folder });
  expect(code).toBe(1);
  expect(err).toContain(SAID);
  expect(err).toContain('your own train.py can train OtherPolicy');
});

it.each([
  ['of the config', ['--config', CONFIG]],
  ['of the checkpoint itself', []],
  ["of the checkpoint, beside a known one's config", ['--config', NEW_CONFIG]],
])('explain says the class %s, and what no name means', async (_, rest) => {
  const { code, out } = await regrip(['explain', 'other.ckpt', 'weight', ...rest], { cwd: folder });
  expect(code).toBe(0);
  expect(out).toContain(SAID);
});

it('check tells it without calling it an error', async () => {
  const { code, out } = await regrip(['check', CONFIG, '--json'], { cwd: folder });
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: { code: string; severity: string; line: number }[];
  };
  expect(code).toBe(0);
  expect(diagnostics.find((each) => each.code === 'policy-unknown')).toMatchObject({
    severity: 'information',
    message: expect.stringContaining(SAID) as string,
    line: 2,
  });
  expect(diagnostics.map((each) => each.code)).not.toContain('policy-invalid');
});
