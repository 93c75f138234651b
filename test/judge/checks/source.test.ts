/** Findings that depend on what the project's own Python does with a config. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone, type Files, judged } from './fixture.js';
import { checkpointOf, policyProject } from './policyProject.js';
import { project, TARGET } from './pythonProject.js';

describe('a float as number of epochs', () => {
  const epochs = (value: string, lines: string, more?: Files) =>
    project(`training: {num_epochs: ${value}}\n`, lines, more);

  test.each([
    'for i in range(cfg.training.num_epochs): pass',
    'for i in tqdm.tqdm(range(cfg.training.num_epochs), desc="x"): pass',
    'for i in range(0, (cfg.training.num_epochs) + 1): pass',
    'num_epochs = cfg.training.num_epochs\nfor i in range(num_epochs): pass',
    'for i in range(self.cfg["training"]["num_epochs"]): pass',
    'if cfg.training.debug:\n    cfg.training.num_epochs = 2\nfor i in range(cfg.training.num_epochs): pass',
  ])('fails in %s', async (lines) => {
    const files = epochs('<|5e1|>', lines);
    await expectFound(files, 'epochs-invalid', /TypeError at range\(…\) in work\.py:\d/);
  });

  test.each([
    'cfg.training.num_epochs = int(cfg.training.num_epochs)\nfor i in range(cfg.training.num_epochs): pass',
    'OmegaConf.update(cfg, "training.num_epochs", 5)\nfor i in range(cfg.training.num_epochs): pass',
    'while self.epoch < cfg.training.num_epochs: pass',
    'for i in np.arange(cfg.training.num_epochs): pass',
    'for i in range(int(cfg.training.num_epochs)): pass',
    'self.loop(cfg)',
    '"""range(cfg.training.num_epochs)"""',
  ])('not in %s', (lines) => expectNone(epochs('5e1', lines), 'epochs-invalid'));

  test('the loop of a base class, unless it is overridden', async () => {
    const base =
      'class Base:\n    def run(self):\n        for i in range(self.cfg.training.num_epochs): pass\n';
    const derived = 'from pkg.base import Base\nclass Work(Base):\n    pass\n';
    const files = epochs('5e1', 'while self.epoch < cfg.training.num_epochs: pass', { 'pkg/base.py': base });
    await expectNone(files, 'epochs-invalid');
    const inherited = { ...epochs('<|5e1|>', '', { 'pkg/base.py': base }), 'pkg/work.py': derived };
    await expectFound(inherited, 'epochs-invalid', /base\.py:3/);
  });

  test('a number can be made whole, and other faults are told in any loop', async () => {
    const lines = 'for i in range(cfg.training.num_epochs): pass';
    await expectFix(epochs('2.5e1', lines), 'epochs-invalid', 'Use 25', epochs('25', lines));
    const overridden = { overrides: ['training.num_epochs=2.5'] };
    const { findings } = await judged(epochs('7', lines), overridden);
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^num_epochs is 2\.5, but must be/),
    ]);
    await expectFound(
      epochs('<|0|>', 'while self.epoch < 3: pass'),
      'epochs-invalid',
      /no epoch would be trained/,
    );
  });

  test('not where train.py makes it whole', () => {
    const main = 'def main(cfg):\n    cfg.training.num_epochs = int(cfg.training.num_epochs)\n';
    return expectNone(
      epochs('5e1', 'for i in range(cfg.training.num_epochs): pass', { 'train.py': main }),
      'epochs-invalid',
    );
  });

  test('a train.py that trains by itself', async () => {
    const loop = (value: string) => ({
      'config/a.yaml': `training: {num_epochs: ${value}}\n`,
      'train.py':
        'class Own:\n    def run(self):\n        for i in range(self.cfg.training.num_epochs): pass\n@hydra.main()\ndef main(cfg):\n    Own(cfg).run()\n',
    });
    await expectFound(loop('<|5e1|>'), 'epochs-invalid', /train\.py:3/);
    await expectNone(
      { ...loop('5e1'), 'other.py': '', 'config/a.yaml': '_target_: x.Y\ntraining: {num_epochs: 5e1}\n' },
      'epochs-invalid',
    );
  });

  test('silent without the source', () =>
    expectNone(
      { 'config/a.yaml': '_target_: other.Work\ntraining: {num_epochs: 5e1}\n', 'x.py': '' },
      'epochs-invalid',
    ));
});

const POLICY = `import torch.nn as nn
class Base(nn.Module):
    def __init__(self, n_embed, dropout=0.1):
        super().__init__()
class Policy(Base):
    def __init__(self, horizon, **kwargs):
        super().__init__(**kwargs)
class Free(Base):
    def __init__(self, horizon, **kwargs):
        self.kwargs = kwargs
@dataclasses.dataclass
class Data:
    path: str
    ratio: float = 0.0
    extra: list = field(default_factory=list)
    hidden: int = field(init=False)
@store
class Stored:
    def __init__(self): pass
class Meta(metaclass=M):
    def __init__(self): pass
class Foreign(elsewhere.Base):
    pass
def make(a, *, b=1): pass
`;

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

test("weights that a training of one's own loads without being asked by load_weights", async () => {
  const named = 'pretrained: {path: old.ckpt}\n';
  await expectNone(project(named, 'self.load(cfg.pretrained.path)'), 'pretrained-ignored');
  await expectFound(
    project(
      'pretrained: {path: <|old.ckpt|>}\n',
      'if cfg.pretrained.load_weights: self.load(cfg.pretrained.path)',
    ),
    'pretrained-ignored',
    /load_weights is missing/,
  );
});

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

const LOOP = (chosen: string) => `
for i in range(3):
    step_log = dict()
    step_log['train_loss'] = 1
    if (self.epoch % cfg.training.rollout_every) == 0:
        runner_log = env_runner.run(self.model)
        step_log.update(runner_log)
    if (self.epoch % cfg.training.val_every) == 0:
        if len(val_losses) > 0:
            step_log['val_loss'] = 1
    if (self.epoch % cfg.training.checkpoint_every) == 0:
        metric_dict = dict()
        for key, value in step_log.items():
            new_key = key.replace('/', '_')
            metric_dict[new_key] = value
        ${chosen}
`;

describe('the number that checkpoints are chosen by', () => {
  const monitored = (key: string, more = '', lines = LOOP('topk_manager.get_ckpt_path(metric_dict)')) =>
    project(
      `checkpoint: {topk: {monitor_key: ${key}, k: 5}}\ntraining: {num_epochs: 100, val_every: 2, checkpoint_every: 10, rollout_every: 1}\n${more}`,
      lines,
      {
        'pkg/runner.py':
          'class Silent:\n    def run(self, policy):\n        return dict()\nclass Real:\n    def run(self, policy):\n        return log_data\n',
      },
    );
  const runner = (name: string) => `task: {env_runner: {_target_: pkg.runner.${name}}}\n`;

  test('never logged', () =>
    expectFound(
      monitored('<|test_mean_score|>', runner('Silent')),
      'monitor-never-logged',
      /Work never logs it \(it logs train_loss, val_loss\): the training ends with a KeyError/,
    ));

  test.each([
    ['val_loss', '0', /val_ratio is 0: the training will not start/],
    ['test_mean_score', '0.1', /the builtin runner never logs it/],
  ])('%s with the builtin runner', async (key, ratio, message) => {
    const at = (ratioNow: string, name: string) => ({
      'config/train.yaml': `${TARGET}checkpoint: {topk: {monitor_key: ${name}, k: 5}}\ntask: {dataset: {val_ratio: ${ratioNow}}}\n`,
    });
    const around = { runner: 'builtin' } as const;
    const found = (await judged(at(ratio, key), around)).findings.filter(
      ({ code }) => code === 'monitor-never-logged',
    );
    expect(found.map(({ message: text, severity }) => [text, severity])).toEqual([
      [expect.stringMatching(message), 'error'],
    ]);
    const sound = (await judged(at('0.1', 'val_loss'), around)).findings;
    expect(sound.filter(({ code }) => code === 'monitor-never-logged')).toEqual([]);
  });

  test('val_loss without validation', () =>
    expectFound(
      monitored('<|val_loss|>', 'task: {dataset: {val_ratio: 0.0}}\n'),
      'monitor-never-logged',
      /val_ratio is 0/,
    ));

  test('not in the epoch of a checkpoint', () =>
    expectFound(
      {
        ...monitored('x'),
        'config/train.yaml': `${TARGET}checkpoint: {topk: {monitor_key: <|val_loss|>, k: 5}}\ntraining: {num_epochs: 100, val_every: 20, checkpoint_every: 50}\n`,
      },
      'monitor-never-logged',
      /epoch 50 has a checkpoint but no val_loss/,
    ));

  test.each([
    ['logged', monitored('train_loss')],
    ['logged with validation', monitored('val_loss', 'task: {dataset: {val_ratio: 0.1}}\n')],
    ['the runner may log it', monitored('test_mean_score', runner('Real'))],
    ['the runner is not known', monitored('test_mean_score')],
    [
      'keys from elsewhere',
      monitored('x', '', `step_log = {}\nadd(step_log)\ntopk_manager.get_ckpt_path(step_log)`),
    ],
    [
      'keys that are computed',
      monitored(
        'a_mse',
        '',
        `step_log = {}\nstep_log[f'{name}_mse'] = 1\ntopk_manager.get_ckpt_path(step_log)`,
      ),
    ],
    [
      'chosen anew in the source',
      monitored(
        'x',
        '',
        `cfg.checkpoint.topk.monitor_key = 'y'\nstep_log = {'y': 1}\ntopk_manager.get_ckpt_path(step_log)`,
      ),
    ],
    ...[
      ['behind the colon of an if', "if done: step_log['x'] = 1"],
      ['several at once', "step_log['y'], step_log['x'] = 1, 2"],
      ['under the count of other losses', "if len(train_losses) > 0:\n    step_log['x'] = 1"],
    ].map(([name, line]): [string, Files] => [
      name!,
      monitored(
        'x',
        'task: {dataset: {val_ratio: 0}}\n',
        `step_log = {}\n${line}\ntopk_manager.get_ckpt_path(step_log)`,
      ),
    ]),
    [
      'none are kept',
      {
        ...monitored('x', runner('Silent')),
        'config/train.yaml': `${TARGET}checkpoint: {topk: {monitor_key: x, k: 0}}\n`,
      },
    ],
  ])('silent: %s', (_, files) => expectNone(files, 'monitor-never-logged'));

  test('val_loss is offered only where there is one', async () => {
    const fixes = async (more: string, lines?: string) =>
      (await judged(monitored('train_loss', more, lines))).findings
        .filter(({ code }) => code === 'monitor-train-loss')
        .map(({ fixes, message }) => [fixes.map(({ title }) => title), message] as const);
    const [[offered]] = (await fixes('task: {dataset: {val_ratio: 0.1}}\n')) as [[string[], string]];
    expect(offered).toEqual(['Choose by val_loss']);
    const [[none, why]] = (await fixes('task: {dataset: {val_ratio: 0}}\n')) as [[string[], string]];
    expect([none, why]).toEqual([[], expect.stringContaining('val_ratio 0 there is no val_loss')]);
    const only = `step_log = {'train_loss': 1}\ntopk_manager.get_ckpt_path(step_log)`;
    const [[never, reason]] = (await fixes('task: {dataset: {val_ratio: 0.1}}\n', only)) as [
      [string[], string],
    ];
    expect([never, reason]).toEqual([[], expect.stringContaining('Work does not log a val_loss')]);
  });
});

const LOAD = (steps: string, strict = ', strict=False') => `
if cfg.training.resume:
    pass
else:
    path = pathlib.Path("data/old.ckpt")
    if path.is_file() and self.is_main:
        payload = torch.load(open(path, 'rb'), pickle_module=dill)
        self.model.load_state_dict(payload${steps}${strict})
`;

describe('weights from a path in the source', () => {
  const loading = (lines: string, resume = 'false', mark: readonly [string, string] = ['', '']): Files => {
    const files = project('', lines);
    const [[, primary], ...groups] = Object.entries(policyProject()) as [
      [string, string],
      ...[string, string][],
    ];
    const policy = primary.replace(/^_target_:.*\n/m, '');
    const target = `_target_: ${mark[0]}pkg.work.Work${mark[1]}\n`;
    return {
      ...files,
      'config/train.yaml': `${target}${policy}training: {resume: ${resume}}\n`,
      ...Object.fromEntries(groups),
    };
  };
  const MARKED = ['<|', '|>'] as const;
  const all = LOAD("['state_dicts']");
  const model = LOAD("['state_dicts']['model']");

  test('all state dicts at once match no key', async () => {
    const checkpoints = { 'data/old.ckpt': await checkpointOf(policyProject()) };
    const files = loading(all, 'false', MARKED);
    const [found] = await expectFound(files, 'weights-not-loaded', /work\.py:13 loads .*no key matches/, {
      checkpoints,
    });
    expect(found!.severity).toBe('error');
    const [idle] = await expectFound(loading(all, 'true', MARKED), 'weights-not-loaded', /no key/, {
      checkpoints,
    });
    expect(idle!.severity).toBe('information');
    await expectNone(loading(model), 'weights-not-loaded', { checkpoints });
    await expectNone(loading(model), 'pretrained-incompatible', { checkpoints });
  });

  test('a missing file', async () => {
    const [found] = await expectFound(
      loading(model, 'false', MARKED),
      'pretrained-missing',
      /work\.py:12 loads weights from the hard-coded path .*data\/old\.ckpt, .*silently starts from scratch/,
    );
    expect(found!.severity).toBe('warning');
    await expectNone(loading(model, 'true'), 'pretrained-missing');
  });

  test('one that does not fit', async () => {
    const other = await checkpointOf(policyProject('', { action: '[7]' }));
    await expectFound(
      loading(model, 'false', MARKED),
      'pretrained-incompatible',
      /Adapt it first: regrip adapt/,
      {
        checkpoints: { 'data/old.ckpt': other },
      },
    );
  });

  test('resume passes them over', async () => {
    const checkpoints = { 'data/old.ckpt': await checkpointOf(policyProject()) };
    const { findings } = await judged(loading(model, 'true'), { checkpoints });
    expect(findings.find(({ code }) => code === 'resume-wins')?.message).toMatch(
      /loads .*old\.ckpt, but not when training\.resume is true/,
    );
  });
});

describe('pretrained.path', () => {
  const named = (lines: string, mark: readonly [string, string] = ['', '']) =>
    project(`pretrained: {path: ${mark[0]}old.ckpt${mark[1]}, load_weights: true}\n`, lines);

  test("is told as never read for a YAML alone, where the project's own code trains", async () => {
    await expectFound(named('pass', ['<|', '|>']), 'pretrained-ignored', /pkg\.work\.Work never reads/);
    await expectNone(named('load(cfg.pretrained.path)'), 'pretrained-ignored');
    await expectNone(named('pass'), 'pretrained-ignored', { runner: 'builtin' });
  });
});

test('a mandatory value that is read only where another key says so', async () => {
  const files = (resume: string, value = '???') =>
    project(
      `training: {resume: ${resume}, path: ${value}}\n`,
      'if cfg.training.resume:\n    if cfg.training.path != "None":\n        load(cfg.training.path)',
    );
  await expectNone(files('false'), 'mandatory-missing');
  await expectFound(
    files('true', '<|???|>'),
    'mandatory-missing',
    /training\.path is mandatory \(\?\?\?\) and not set/,
  );
  const built = project('policy: {_target_: a.B, path: <|???|>}\n', 'hydra.utils.instantiate(cfg.policy)');
  await expectFound(built, 'mandatory-missing', /policy\.path/);
});
