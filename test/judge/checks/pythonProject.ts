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
