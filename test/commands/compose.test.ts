import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { regrip } from './call.js';

const HYDRA = join(import.meta.dirname, '../fixtures/reference/hydra');

const call = (...args: string[]) => regrip(['compose', ...args], { cwd: HYDRA });

test('shows that the task group overrides the data set path of the primary file', async () => {
  const { code, out } = await call('self-first-task-wins/train.yaml', '--provenance');
  expect(code).toBe(0);
  expect(out).toMatch(/dataset_path: \S+ # task\/cogact_7d\.yaml:\d+, overrides train\.yaml:\d+/);
});

test('names the override that wrote a value, and the place it overrode', async () => {
  const { out } = await call('override-dataset-path/train.yaml', 'training.num_epochs=200', '--provenance');
  expect(out).toMatch(/num_epochs: 200 # override training\.num_epochs=200, overrides train\.yaml:\d+/);
});

test('names the interpolation behind a value that was written elsewhere', async () => {
  const { out } = await call('self-first-task-wins/train.yaml', '--provenance');
  expect(out).toMatch(/- 180 # train\.yaml:\d+: \$\{task\.shape_meta\} → task\/cogact_7d\.yaml:\d+/);
});

test('shows that a list of the command line overrides the task, and that the copy an anchor made keeps the old one', async () => {
  const { out } = await call(
    'anchor-copy/train.yaml',
    'task.shape_meta.action.shape=[8]',
    '--provenance',
    '--json',
  );
  const { config, provenance } = JSON.parse(out);
  const [list, copy] = ['task.shape_meta.action.shape', 'task.dataset.shape_meta.action.shape'];
  expect(config.shape_meta.action.shape).toEqual([8]);
  expect(config.task.dataset.shape_meta.action.shape).toEqual([7]);
  expect(provenance[`${list}.0`]).toEqual([`override ${list}=[8]`, 'task/cogact_7d.yaml:11']);
  expect(provenance[`${copy}.0`]).toEqual(['task/cogact_7d.yaml:11']);
});

test('follows an interpolation to the place behind it, and to what that overrode', async () => {
  const { out } = await call('anchor-copy/train.yaml', 'task.shape_meta.action.shape=[8]', '--provenance');
  expect(out).toContain(
    '- 8 # train.yaml:15: ${shape_meta} → train.yaml:8: ${task.shape_meta} → override task.shape_meta.action.shape=[8], overrides task/cogact_7d.yaml:11',
  );
});

test('says for each shown value in JSON where it comes from', async () => {
  const { out } = await call('self-first-task-wins/train.yaml', '--provenance', '--json');
  const { config, provenance } = JSON.parse(out);
  expect(config.policy.shape_meta.action.shape).toHaveLength(1);
  expect(provenance['policy.shape_meta.action.shape.0'][0]).toMatch(
    /^train\.yaml:\d+: \$\{shape_meta\} → train\.yaml:\d+: /,
  );
});

test('takes overrides that delete, and prints one JSON document', async () => {
  const { out } = await call('delete/train.yaml', '~checkpoint.topk', '--json');
  expect(JSON.parse(out).checkpoint).not.toHaveProperty('topk');
});

test('refuses an unknown key as Hydra does, and says how to add it', async () => {
  const { code, err } = await call('plain/train.yaml', 'pretrained.path=x');
  expect(code).toBe(1);
  expect(err).toContain("'pretrained.path' does not exist");
  expect(err).toContain('+pretrained.path=x');
});

test('points at the line of a duplicate key', async () => {
  const { code, err } = await call('dup-key-error/train.yaml');
  expect(code).toBe(1);
  expect(err).toMatch(/dup-key-error\/train\.yaml:\d+:\d+/);
});

test('a value that only a run of the project knows keeps its text, and stderr says where it is registered', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'regrip-compose-'));
  await mkdir(join(cwd, 'config'));
  const registers = 'OmegaConf.register_new_resolver("steps", lambda x: table[x])\n';
  await writeFile(
    join(cwd, 'train.py'),
    `${registers}@hydra.main(config_path='config')\ndef main(cfg): pass\n`,
  );
  await writeFile(join(cwd, 'config/train.yaml'), 'a: ${steps:1}\nb: "${a} x"\nc: 1\n');
  for (const more of [[], ['--provenance']]) {
    const { code, out, err } = await regrip(['compose', 'config/train.yaml', '--json', ...more], { cwd });
    const document = JSON.parse(out);
    expect(code).toBe(0);
    expect(document.config ?? document).toEqual({ a: '${steps:1}', b: '${a} x', c: 1 });
    expect(err).toContain('2 values are not evaluated and shown as written');
    expect(err).toContain('a is not evaluated: it calls steps, registered at train.py:1');
  }
  await rm(cwd, { recursive: true });
});
