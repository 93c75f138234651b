/** A _target_ that its module does not hold, and what may hold it after all. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';
import { POLICY, project, TARGET } from '../pythonProject.js';

describe('a _target_ that its module does not hold', () => {
  const files = (target: string, code = POLICY) =>
    project(
      `policy: {_target_: ${target}, horizon: 1, n_embed: 1}\n`,
      'hydra.utils.instantiate(cfg.policy)',
      {
        'pkg/policy.py': code,
      },
    );

  test('is told with the name that is meant', async () => {
    await expectFound(
      files('<|pkg.policy.Polici|>'),
      'target-missing',
      /policy\.py does not define Polici.*Did you mean Policy\?/,
    );
    await expectFix(files('pkg.policy.Polici'), 'target-missing', 'Use Policy', files('pkg.policy.Policy'));
    await expectNone(files('pkg.policy.Polici'), 'policy-unknown');
    await expectFound(
      { 'config/a.yaml': '_target_: <|pkg.work.Wrok|>\n', 'pkg/work.py': 'class Work: pass\n' },
      'target-missing',
      /training ends when Hydra looks up _target_/,
    );
  });

  test.each([
    ['an assigned name', files('pkg.policy.Own', `${POLICY}Own = partial(Policy)\n`)],
    ['an imported name', files('pkg.policy.Own', 'from elsewhere import Own\n')],
    ['whatever a star brings', files('pkg.policy.Own', 'from elsewhere import *\n')],
    ['__getattr__', files('pkg.policy.Own', 'def __getattr__(name): pass\n')],
    ['globals()', files('pkg.policy.Own', 'globals().update(made)\n')],
    ['a module of another package', files('elsewhere.Own')],
    ['a method', files('pkg.policy.Policy.make')],
    ['a module below a package', { ...files('pkg.policy'), 'pkg/__init__.py': '' }],
    [
      'a part that is not built',
      { ...files('x.y'), 'config/train.yaml': `${TARGET}other: {_target_: pkg.policy.None_}\n` },
    ],
  ])('silent: %s', (_, project) => expectNone(project, 'target-missing'));
});
