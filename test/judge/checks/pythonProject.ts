/** A small project whose workspace reads a config in the ways that a test is about. */
import type { Files } from './fixture.js';

export const TARGET = '_target_: pkg.work.Work\n';

/** A project whose workspace runs `lines`. */
export function project(yaml: string, lines: string, more: Files = {}): Files {
  const body = lines.trim().split('\n').join('\n        ');
  return {
    'config/train.yaml': TARGET + yaml,
    'pkg/work.py': `import copy\nimport hydra\nfrom pkg.base import Base\nclass Work(Base):\n    def run(self):\n        cfg = copy.deepcopy(self.cfg)\n        ${body}\n`,
    'pkg/base.py': 'class Base:\n    def __init__(self, cfg):\n        self.cfg = cfg\n',
    ...more,
  };
}

/** A module of classes with known and unknown signatures. */
export const POLICY = `import torch.nn as nn
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

/** An upstream training loop, up to the choice of a checkpoint. */
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

/** A project whose checkpoints are chosen by `key`. */
export const monitored = (key: string, more = '', lines = LOOP('topk_manager.get_ckpt_path(metric_dict)')) =>
  project(
    `checkpoint: {topk: {monitor_key: ${key}, k: 5}}\ntraining: {num_epochs: 100, val_every: 2, checkpoint_every: 10, rollout_every: 1}\n${more}`,
    lines,
    {
      'pkg/runner.py':
        'class Silent:\n    def run(self, policy):\n        return dict()\nclass Real:\n    def run(self, policy):\n        return log_data\n',
    },
  );

export const runner = (name: string) => `task: {env_runner: {_target_: pkg.runner.${name}}}\n`;
