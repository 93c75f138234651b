/** Observations that an inpainting policy needs in training and the data set does not load. */
import { describe, test } from 'vitest';
import { expectFound, expectNone } from '../fixture.js';
import { policyProject } from '../policyProject.js';

const CODE = 'observations-not-loaded';
const PRIMARY = 'config/train.yaml';
const PYTHON = { runner: 'python' } as const;

/** `asCond` is the policy's obs_as_cond; `steps` the data set's setting, as it is written. */
function project(asCond: string, steps: string) {
  const files = policyProject();
  const task = files['config/task/pick.yaml']!;
  return {
    ...files,
    [PRIMARY]: files[PRIMARY]!.replace('obs_as_cond: true', `obs_as_cond: ${asCond}`),
    'config/task/pick.yaml': `${task}dataset:\n  _target_: project.D\n${steps}`,
  };
}

describe(CODE, () => {
  test('found', () =>
    expectFound(
      project('false', '  <|n_obs_steps|>: 2\n'),
      CODE,
      /all 16 steps, .* first 2 .* to 16/,
      PYTHON,
    ));
  test.each([
    ['a condition', project('true', '  n_obs_steps: 2\n')],
    ['all are loaded', project('false', '  n_obs_steps: 16\n')],
    ['null loads all', project('false', '  n_obs_steps: null\n')],
    ['the data set takes no such setting', project('false', '')],
  ])('not found: %s', (_name, files) => expectNone(files, CODE, PYTHON));
  test('not found where the builtin runner reads what it needs', () =>
    expectNone(project('false', '  n_obs_steps: 2\n'), CODE, { runner: 'builtin' }));
});
