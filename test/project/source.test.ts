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

describe('what is asked of a project’s source', () => {
  const FILES = {
    '/p/train.py':
      "from omegaconf import OmegaConf\nOmegaConf.register_new_resolver('twice', lambda x: x * 2)\ndef main(cfg):\n  dist.init_process_group('nccl')\n",
    '/p/pkg/model.py':
      'class Net:\n  def __init__(self, a, b=2): pass\nclass Empty:\n  def run(self, policy):\n    return dict()\nclass Full:\n  def run(self, policy):\n    return {"score": 1}\n',
    '/p/pkg/use.py':
      'def use(cfg):\n  cfg.training.lr = 1\n  build(**cfg.optimizer)\n  return cfg.task.name\n',
    '/p/pkg/other.py': 'value.training.seed\n',
  };
  const source = () => new ProjectSource('/p', inMemory(FILES));

  it('tells the parameters of a target, where there are such', async () => {
    const found = await source().signature('pkg.model.Net');
    expect(found?.parameters.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await source().signature('pkg.model.Gone')).toBeUndefined();
  });

  it('tells a module that does not define what is named, with what it does', async () => {
    expect(await source().lacking('pkg.model.Nett')).toEqual({
      file: '/p/pkg/model.py',
      names: ['Net', 'Empty', 'Full'],
    });
    expect(await source().lacking('pkg.model.Net')).toBeUndefined();
    expect(await source().lacking('torch.nn.Linear')).toBeUndefined();
  });

  it('tells a runner that logs nothing', async () => {
    const all = source();
    const targets = ['pkg.model.Empty', 'pkg.model.Full', 'pkg.model.Net', 'gone.Runner'];
    expect(await Promise.all(targets.map((target) => all.logsNothing(target)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('tells a script that is made for several processes', async () => {
    expect(await source().scriptProcesses('/p/train.py')).toMatchObject({
      launcher: 'torchrun',
      isRequired: true,
      place: { line: 4 },
    });
    expect(await source().scriptProcesses('/p/pkg/use.py')).toBeUndefined();
    expect(await source().scriptProcesses('/p/gone.py')).toBeUndefined();
  });

  it('tells keys that are written and those that are handed over whole', async () => {
    const all = source();
    expect(await all.writesKey('training.lr')).toBe(true);
    expect(await all.writesKey('workspace.training.lr')).toBe(true); // the code may hold a part of the config
    expect(await all.writesKey('training')).toBe(false);
    expect(await all.handsOver('optimizer')).toBe(true);
    expect(await all.handsOver('task.name')).toBe(false);
  });

  it('tells the resolvers that its scripts register, and what trains without a class', async () => {
    const all = source();
    expect([...(await all.resolvers({})).keys()]).toEqual(['twice']);
    expect(await all.workspace('gone.Workspace')).toBeUndefined();
  });

  it('looks each answer up once', async () => {
    let reads = 0;
    const reader = inMemory(FILES);
    const readText = (path: string) => {
      reads += 1;
      return reader.readText(path);
    };
    const all = new ProjectSource('/p', { ...reader, readText });
    const [one, other] = [all.signature('pkg.model.Net'), all.signature('pkg.model.Net')];
    expect(one).toBe(other);
    await one;
    const before = reads;
    await all.signature('pkg.model.Net');
    expect(reads).toBe(before);
  });
});
