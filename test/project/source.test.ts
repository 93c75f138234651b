import { describe, expect, it, test } from 'vitest';
import { ProjectSource, workspaceReads } from '../../engine/project/source.js';
import { inMemory } from './inMemory.js';

describe('workspaceReads', () => {
  const files = {
    '/p/train.py': 'import hydra\n@hydra.main(config_path="conf")\ndef main(cfg): run(cfg._target_)\n',
    '/p/pkg/base.py':
      'class Base:\n  def load(self):\n    return self.cfg.pretrained.path\n  cfg.saved.x = 1\n',
    '/p/pkg/work.py':
      'from pkg.base import Base\nfrom pkg.helper import load\nclass Work(Base):\n  def run(self):\n    cfg.training.seed\n',
    '/p/pkg/helper.py': "def load(model, cfg): return cfg['warm']['start']\n",
    '/p/pkg/far.py': 'import torch\nclass Far(torch.nn.Module):\n  pass\n',
    '/p/pkg/plain.py': 'class Plain(object):\n  pass\n',
  };
  const reads = (target: string, key: string) => workspaceReads(target, key, '/p', inMemory(files));

  it('tells where a base class reads the key', async () => {
    const places = [{ file: '/p/pkg/base.py', line: 3, column: 17 }];
    expect(await reads('pkg.work.Work', 'pretrained')).toEqual({ answer: 'reads', places });
  });

  test.each([
    ['pkg.work.Work', 'training', 'reads'],
    ['pkg.work.Work', 'warm.start', 'reads'],
    ['pkg.plain.Plain', '_target_', 'reads'], // the script that starts the training
    ['pkg.work.Work', 'saved', 'does not read'], // written alone
    ['pkg.work.Work', 'train', 'does not read'], // no prefix of a step
    ['pkg.plain.Plain', 'pretrained', 'does not read'],
    ['pkg.far.Far', 'pretrained', 'unknown'], // its base is not in the project
    ['pkg.gone.Gone', 'pretrained', 'unknown'],
    ['pkg.helper.load', 'pretrained', 'unknown'],
  ])('%s, %s: %s', async (target, key, answer) => {
    expect((await reads(target, key)).answer).toBe(answer);
  });

  it('answers the checks of a config', async () => {
    const source = new ProjectSource('/p', inMemory(files));
    expect(await source.readsKey('pkg.work.Work', 'pretrained')).toBe('reads');
    expect([...(await source.keysRead())].sort()).toEqual([
      '_target_',
      'pretrained.path',
      'saved.x',
      'training.seed',
      'warm.start',
    ]);
  });
});
