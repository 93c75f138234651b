/** The arguments that Hydra passes to the project's classes. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone, judged } from '../fixture.js';
import { POLICY, project } from '../pythonProject.js';

describe('arguments', () => {
  const built = (yaml: string, lines = 'hydra.utils.instantiate(cfg.policy)') =>
    project(yaml, lines, { 'pkg/policy.py': POLICY });
  const policy = (entries: string, name = 'Policy') => `policy:\n  _target_: pkg.policy.${name}\n${entries}`;

  test('one that the class does not take', async () => {
    const found = await expectFound(
      built(policy('  horizon: 1\n  n_embed: 2\n  <|n_emb|>: 3\n')),
      'argument-unknown',
      /Policy does not accept the argument n_emb, .*It accepts horizon, n_embed, dropout/,
    );
    expect(found[0]!.related[0]!.message).toContain('policy.py:5');
    await expectFix(
      built(policy('  horizon: 1\n  n_embd: 2\n')),
      'argument-unknown',
      'Rename it to n_embed',
      built(policy('  horizon: 1\n  n_embed: 2\n')),
    );
  });

  test('no other proposal for one that it takes', async () => {
    const { findings } = await judged(built(policy('  horizon: 1\n  n_embed: 2\n')));
    expect(findings.filter(({ code }) => /^(?:unknown-key|argument-)/.test(code))).toEqual([]);
  });

  test('a required one that is missing', () =>
    expectFound(
      built('policy:\n  _target_: <|pkg.policy.Policy|>\n  n_embed: 2\n'),
      'argument-missing',
      /Policy requires horizon, but it is not given/,
    ));

  test('dataclasses and functions', async () => {
    await expectFound(
      built(policy('  <|hidden|>: 1\n  path: a\n', 'Data')),
      'argument-unknown',
      /not accept the argument hidden/,
    );
    await expectFound(
      built('policy:\n  _target_: <|pkg.policy.Data|>\n'),
      'argument-missing',
      /Data requires path/,
    );
    await expectFound(
      built(policy('  a: 1\n  <|c|>: 1\n', 'make')),
      'argument-unknown',
      /make does not accept the argument c/,
    );
  });

  test.each([
    ['given in the call', built(policy('  n_embed: 2\n'), 'hydra.utils.instantiate(cfg.policy, horizon=3)')],
    ['given with **', built(policy(''), 'hydra.utils.instantiate(cfg.policy, **more)')],
    [
      'written before the call',
      built(policy('  n_embed: 2\n'), 'cfg.policy.horizon = 1\nhydra.utils.instantiate(cfg.policy)'),
    ],
    ['given by position', built(policy('  _args_: [1]\n  n_embed: 1\n'))],
    ['never built', built(policy('  wrong: 1\n'), 'pass')],
    [
      'built by get_class',
      built(policy('  wrong: 1\n'), 'cls = hydra.utils.get_class(cfg.policy._target_)\ncls(cfg.policy)'),
    ],
    [
      'built only if something else holds',
      built(`a: false\n${policy('')}`, 'if cfg.a:\n    hydra.utils.instantiate(cfg.policy)'),
    ],
    ['partial', built(policy('  _partial_: true\n'))],
    ['partial by the call', built(policy(''), 'hydra.utils.instantiate(cfg.policy, _partial_=True)')],
    [
      'taken away before the call',
      built(
        policy('  horizon: 1\n  n_embed: 1\n  lr: 1\n'),
        "lr = cfg.policy.pop('lr')\nhydra.utils.instantiate(cfg.policy)",
      ),
    ],
    [
      'deleted before the call',
      built(
        policy('  horizon: 1\n  n_embed: 1\n  lr: 1\n'),
        'del cfg.policy.lr\nhydra.utils.instantiate(cfg.policy)',
      ),
    ],
    [
      'merged into the config',
      built(policy(''), 'cfg.policy.merge_with(more)\nhydra.utils.instantiate(cfg.policy)'),
    ],
    [
      'changed in train.py',
      {
        ...built(policy('  n_embed: 1\n  lr: 1\n')),
        'train.py': "def main(cfg):\n    cfg.policy.horizon = 1\n    cfg.policy.pop('lr')\n",
      },
    ],
    [
      'changed by a function that is handed the config',
      {
        ...built(policy('  n_embed: 1\n')),
        'train.py': 'from pkg.prepare import prepare\ndef main(cfg):\n    prepare(cfg)\n',
        'pkg/prepare.py': 'def prepare(config):\n    config.policy.horizon = 1\n',
      },
    ],
    ['further arguments that are kept', built(policy('  horizon: 1\n  anything: 1\n', 'Free'))],
    ['a decorator', built(policy('  wrong: 1\n', 'Stored'))],
    ['a metaclass', built(policy('  wrong: 1\n', 'Meta'))],
    ['a base from elsewhere', built(policy('  wrong: 1\n', 'Foreign'))],
    ['another package', built('policy: {_target_: torch.nn.Linear, wrong: 1}\n')],
    ['a method of a class', built(policy('  wrong: 1\n', 'Policy.make'))],
  ])('silent: %s', async (_, files) => {
    await expectNone(files, 'argument-unknown');
    await expectNone(files, 'argument-missing');
  });

  test('those of nested parts, unless they are not built', async () => {
    const nested = (mark: [string, string], more = '') =>
      built(
        policy(
          `  horizon: 1\n  dropout: 1\n${more}  n_embed:\n    _target_: pkg.policy.make\n    a: 1\n    ${mark[0]}c${mark[1]}: 1\n`,
        ),
      );
    await expectFound(nested(['<|', '|>']), 'argument-unknown', /when Hydra builds policy\.n_embed/);
    await expectNone(nested(['', ''], '  _recursive_: false\n'), 'argument-unknown');
  });
});

describe('signatures that are rather unknown than wrong', () => {
  const BASE = 'class Base:\n    def __init__(self, path): pass\n';
  test.each([
    ['an assigned __init__', 'class Data(Base):\n    __init__ = partialmethod(Base.__init__, b=1)\n'],
    [
      'an __init__ below an if',
      'class Data:\n    if NEW:\n        def __init__(self, a): pass\n    else:\n        def __init__(self, b): pass\n',
    ],
    [
      'an __init__ from outside',
      'class Data:\n    def __init__(self, b): pass\nData.__init__ = Base.__init__\n',
    ],
    [
      'a class that an import shadows',
      'class Data:\n    def __init__(self, b): pass\nfrom fast import Data\n',
    ],
    ['two fields on one line', '@dataclass\nclass Data:\n    b: int; a: int = 1\n'],
  ])('%s', async (_, code) => {
    const files = project('data: {_target_: pkg.data.Data, a: 1}\n', 'hydra.utils.instantiate(cfg.data)', {
      'pkg/data.py': BASE + code,
    });
    await expectNone(files, 'argument-unknown');
    await expectNone(files, 'argument-missing');
  });
});

test('a wrong name stands where it is written, not where its value leads', async () => {
  const files = (key: string) =>
    project(
      `horizon: 16\npolicy:\n  _target_: pkg.policy.Policy\n  n_embed: 2\n  ${key}: \${horizon}\n`,
      'hydra.utils.instantiate(cfg.policy)',
      { 'pkg/policy.py': POLICY },
    );
  await expectFound(files('<|horizons|>'), 'argument-unknown', /Did you mean horizon\?/);
  await expectFix(files('horizons'), 'argument-unknown', 'Rename it to horizon', files('horizon'));
});

test('a part that is named once more, and a copy of the config, hide nothing', () =>
  expectFound(
    project(
      'policy:\n  _target_: <|pkg.policy.Policy|>\n  n_embed: 2\n',
      'self.cfg = cfg\npart = cfg.policy\nhydra.utils.instantiate(part)',
      { 'pkg/policy.py': POLICY },
    ),
    'argument-missing',
    /Policy requires horizon/,
  ));
