import { expect, test } from 'vitest';
import type { ComposedConfig } from '../../engine/config/types.js';
import { composeProject, requireEvaluated } from '../../engine/project/composeProject.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

test('resolvers that the project’s Python registers are known, as far as its text shows them', async () => {
  await folder.write({
    'train.py':
      "# config\nOmegaConf.register_new_resolver('twice', lambda x: x * 2)\nOmegaConf.register_new_resolver('odd', make())\n",
    'config/train.yaml': 'a: ${twice:4}\nb: ${odd:1}\n',
  });
  const { resolved, notEvaluated } = await composeProject(
    folder.path('config/train.yaml'),
    ['+c=${twice:5}'],
    { env: {} },
  );
  expect(resolved).toEqual({ a: 8, b: '${odd:1}', c: 10 });
  expect(notEvaluated).toEqual([{ path: 'b', why: expect.stringContaining('train.py:3') }]);
});

const config = (...paths: readonly string[]) =>
  ({ notEvaluated: paths.map((path) => ({ path, why: 'it calls odd' })) }) as unknown as ComposedConfig;

test.each([
  'policy.model.n_emb',
  'horizon',
  'training.lr',
  'task.shape_meta.action',
  'task.dataset.zarr_path',
  '_target_',
])('a job needs %s', (path) => {
  const requiring = () => requireEvaluated(config('logging.name', path), 'train.yaml');
  expect(requiring).toThrow(expect.objectContaining({ code: 'not-evaluated', file: 'train.yaml' }));
  expect(requiring).toThrow(expect.objectContaining({ hint: expect.stringContaining(`${path}=`) }));
  expect(requiring).toThrow(/it calls odd/);
});

test.each([
  'logging.name',
  'task.env_runner.n',
  'policyx',
  'horizon2',
  'task.dataset.other',
  'hydra.run.dir',
])('a job does not need %s', (path) => {
  expect(() => requireEvaluated(config(path), 'train.yaml')).not.toThrow();
});
