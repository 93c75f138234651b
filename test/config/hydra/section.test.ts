/** Hydra's own section, as a run sees it through `${hydra:…}`. */
import { expect, test } from 'vitest';
import { compose } from '../../../engine/config/compose.js';
import { withOutputFolder } from '../../../engine/config/hydra/section.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

async function seen(config: string, overrides: readonly string[], keys: Record<string, string>) {
  const text = Object.entries(keys).map(([key, path]) => `${key}: "\${hydra:${path}}"\n`);
  await folder.write({ 'train.yaml': `${config}\n${text.join('')}`, 'task/lift.yaml': 'a: 1\n' });
  const options = {
    env: { TOKEN: 'secret' },
    run: { folder: '/run', jobName: 'train' },
    now: new Date(2024, 0, 2),
  };
  return (await compose(folder.path('train.yaml'), overrides, options)).resolved;
}

test('what the run writes into it', async () => {
  const keys = {
    name: 'job.name',
    config: 'job.config_name',
    cwd: 'runtime.cwd',
    out: 'runtime.output_dir',
    v: 'runtime.version_base',
  };
  expect(await seen('hydra: {run: {dir: out/1}}', [], keys)).toEqual({
    name: 'train',
    config: 'train',
    cwd: '/run',
    out: '/run/out/1',
    v: '1.3',
  });
});

test('overrides are told apart, and as one text for the name of a folder', async () => {
  const keys = {
    task: 'overrides.task',
    own: 'overrides.hydra',
    name: 'job.override_dirname',
    choices: 'runtime.choices.task',
  };
  const config =
    'defaults: [task: lift]\nlr: 1\nseed: 0\nhydra: {job: {config: {override_dirname: {exclude_keys: [seed]}}}}';
  const overrides = ['seed=3', 'lr=2', 'hydra.job.num=1', 'task=lift'];
  expect(await seen(config, overrides, keys)).toMatchObject({
    task: ['seed=3', 'lr=2', 'task=lift'],
    own: ['hydra.job.num=1'],
    name: 'lr=2,task=lift',
    choices: 'lift',
  });
});

test('a name that is written stays, and separators are those of the config', async () => {
  const config =
    "lr: 1\nhydra: {job: {name: mine, config: {override_dirname: {kv_sep: ':', item_sep: ' '}}}}";
  expect(
    await seen(config, ['lr=2', '+b=1'], { name: 'job.name', dir: 'job.override_dirname' }),
  ).toMatchObject({
    name: 'mine',
    dir: '+b:1 lr:2',
  });
});

test('variables that are copied from the environment come to those that are set', async () => {
  const config = 'hydra: {job: {env_set: {A: 1}, env_copy: [TOKEN]}}';
  expect(await seen(config, [], { env: 'job.env_set' })).toEqual({ env: { A: '1', TOKEN: 'secret' } });
  const missing = seen('hydra: {job: {env_copy: [GONE]}}', [], {});
  await expect(missing).rejects.toThrow(/GONE/);
});

test('without a run its output folder is known only in a run', () => {
  const section = { runtime: { cwd: '/c' } };
  const out = (dir: string | undefined, run?: { folder: string; jobName: string }) =>
    (withOutputFolder(section, dir, run === undefined ? {} : { run })['runtime'] as Record<string, string>)[
      'output_dir'
    ];
  expect(out('a', { folder: '/run', jobName: 'x' })).toBe('/run/a');
  expect(out('/abs', { folder: '/run', jobName: 'x' })).toBe('/abs');
  expect(out('a')).toMatch(/^\$\{.*output_dir\}$/);
  expect(out(undefined, { folder: '/run', jobName: 'x' })).toMatch(/^\$\{/);
});
