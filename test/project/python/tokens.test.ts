import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hydraMain } from '../../../engine/project/python/hydraMain.js';
import { keysRead } from '../../../engine/project/python/keysRead.js';
import { pythonOutline } from '../../../engine/project/python/outline.js';
import { locateClass } from '../../../engine/project/python/source.js';
import { pythonTokens } from '../../../engine/project/python/tokens.js';
import { ProjectSource, workspaceReads } from '../../../engine/project/source.js';
import { inMemory } from '../inMemory.js';

describe('tokens', () => {
  it('know strings, comments, brackets and indentation', () => {
    const text = "def f(a,\n  b):  # c\n\tx = rb\"#\\\"\" + '''d\ne'''\n";
    const shown = pythonTokens(text).map(
      ({ kind, text: word, indent }) => `${indent ?? ''}${kind[0]}:${word.trim()}`,
    );
    expect(shown.join(' ')).toBe('0n:def n:f o:( n:a o:, n:b o:) o:: n: 8n:x o:= s:#\\" o:+ s:d\ne n: 0n:');
  });

  it('lose one line to a missing quote, and one statement to a missing bracket', () => {
    const { definitions } = pythonOutline('x = f(1,\ny = "abc\ndef g(): pass\nclass A(B): pass\n');
    expect([...definitions.keys()]).toEqual(['g', 'A']);
  });
});

const PROJECT = {
  '/p/pkg/__init__.py': 'from .model import Net as Network\nfrom .more import *\n',
  '/p/pkg/model.py': [
    'import torch.nn as nn',
    'from pkg import base as b',
    'from .base import (Middle,  # the one below',
    '  Other)',
    '',
    'class Net(Middle, nn.Module, metaclass=Meta):',
    '  """class Fake(object): pass"""',
    '  size: int = 3',
    '',
    'class Free(b.Base):',
    '  def __init__(self, a, b: int = (1, 2), *args, c="x=y", **kwargs):',
    '    def inner(self): pass',
    '',
    'try:',
    '  class Late: pass',
    'except ImportError:',
    '  Late = None',
    '',
    'async def build(width=8):',
    '  class Hidden: pass',
  ].join('\n'),
  '/p/pkg/base.py':
    'class Base:\n  pass\nclass Middle(Base):\n  def __init__(self, shape_meta: dict, horizon=16): ...\n',
  '/p/pkg/more.py': 'from .more import *\nfrom .model import *\n',
};

describe('locateClass', () => {
  const locate = (target: string) => locateClass(target, '/p', inMemory(PROJECT));

  it('finds a class, and the parameters of its base', async () => {
    expect(await locate('pkg.model.Net')).toEqual({
      kind: 'class',
      name: 'Net',
      file: '/p/pkg/model.py',
      line: 6,
      column: 7,
      bases: ['Middle', 'nn.Module'],
      parameters: {
        named: [
          { name: 'shape_meta', default: undefined },
          { name: 'horizon', default: '16' },
        ],
        isOpen: false,
      },
    });
  });

  it('knows defaults and further arguments', async () => {
    const named = [
      { name: 'a', default: undefined },
      { name: 'b', default: '(1, 2)' },
      { name: 'c', default: '"x=y"' },
    ];
    expect((await locate('pkg.model.Free'))?.parameters).toEqual({ named, isOpen: true, rest: 'kwargs' });
  });

  it.each([
    ['pkg.model.build', 'function', 'build'],
    ['pkg.model.Late', 'class', 'Late'],
    ['pkg.Network', 'class', 'Net'],
    ['pkg.Free', 'class', 'Free'],
    ['pkg.model.Net.from_file', 'class', 'Net'],
  ])('finds %s', async (target, kind, name) => {
    expect(await locate(target)).toMatchObject({ kind, name, file: '/p/pkg/model.py' });
  });

  it.each([
    'pkg.model.Fake',
    'pkg.model.Hidden',
    'pkg.model.inner',
    'torch.nn.Linear',
    'pkg',
    '',
    '..',
    'pkg./etc.X',
  ])('finds nothing for %j', async (target) => {
    expect(await locate(target)).toBeUndefined();
  });

  it('ends where imports go in a circle', async () => {
    const files = {
      '/p/a.py': 'from b import X\nfrom b import *',
      '/p/b.py': 'from a import X\nfrom a import *',
    };
    expect(await locateClass('a.X', '/p', inMemory(files))).toBeUndefined();
    const bases = { '/p/a.py': 'class A(B): pass\nclass B(A): pass' };
    expect((await locateClass('a.A', '/p', inMemory(bases)))?.parameters).toBeUndefined();
  });
});

describe('keysRead', () => {
  function keys(text: string): string[] {
    return keysRead(pythonTokens(text)).map(({ key, isWrite }) => key + (isWrite ? '=' : ''));
  }

  test.each([
    ['x = cfg.training.seed + 1', ['training.seed']],
    ['f(**self.cfg.optimizer)', ['optimizer']],
    ['cfg[\'task\']["dataset"].path', ['task.dataset.path']],
    ['cfg.steps[0].size', ['steps.0.size']],
    ["cfg.training.get('resume', False)", ['training.resume']],
    ['cfg.task.items()', ['task']],
    ["OmegaConf.select(cfg, 'pretrained.path', default=None)", ['pretrained.path']],
    ["getattr(self.cfg.training, 'freeze', None)", ['training.freeze', 'training']],
    ["if 'pretrained' in cfg and 'x' not in cfg.task: pass", ['pretrained', 'task.x', 'task']],
    ['cfg.training.num_epochs = 2', ['training.num_epochs=']],
    ['cfg.a == 1', ['a']],
    ["payload['cfg'].task.name", ['task.name']],
    ['t = cfg.training\nt.seed', ['training', 'training.seed']],
    ['def run(c: DictConfig): c.ema.power', ['ema.power']],
    ['print(f"{{cfg.no}} {cfg.logging.name!r:>{cfg.width}}")', ['logging.name', 'width']],
    ['# cfg.a\n"cfg.b"\nwandb.config.update(x)\nmy_cfg.c\nf(cfg)\nfoo.cfg.x', []],
  ])('%s', (text, expected) => {
    expect(keys(text).sort()).toEqual([...expected].sort());
  });

  it('has places', () => {
    const text = 'print(f"{cfg.a}", cfg.b["c"])';
    const places = keysRead(pythonTokens(text)).map(({ start, end }) => text.slice(start, end));
    expect(places).toEqual(['cfg.a', 'cfg.b["c"]']);
  });
});

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

describe('hydraMain', () => {
  const main = (text: string) =>
    hydraMain(`import hydra\n${text}\ndef main(cfg): pass\n`, '/p/code/train.py');

  test.each([
    ["config_path='conf', config_name='a.yaml'", '/p/code/conf'],
    ["'../conf', 'a'", '/p/conf'],
    ['config_path="/abs", config_name="a"', '/abs'],
    [
      "config_path=str(pathlib.Path(__file__).parent.joinpath(\n  'pkg','config')), config_name='a'",
      '/p/code/pkg/config',
    ],
    [
      "config_path=str(Path(__file__).resolve().parent.parent / 'pkg' / 'config'), config_name='a'",
      '/p/pkg/config',
    ],
    [
      "config_path=os.path.join(os.path.dirname(os.path.abspath(__file__)), 'c'), config_name='a'",
      '/p/code/c',
    ],
    ["config_path=str(pathlib.Path(__file__).parents[1]), config_name='a'", '/p'],
    ["config_path=str(ROOT.joinpath('c')), config_name=NAME", '/p/code/c'],
    ["config_path=(str(ROOT) + '/d'), config_name=NAME", '/p/code/d'],
  ])('%s', (given, configRoot) => {
    const text = `ROOT = pathlib.Path(__file__).parent\nNAME = "a"\n@hydra.main(version_base=None, ${given})`;
    expect(main(text.replace(/version_base=None, '/, "'"))).toEqual({ configRoot, configName: 'a' });
  });

  it('takes the name of the script', () => {
    expect(main('@hydra.main(config_name=pathlib.Path(__file__).stem)')).toEqual({
      configRoot: undefined,
      configName: 'train',
    });
  });

  test.each([
    'config_path=None',
    'config_path=find()',
    "config_path='pkg://a.b'",
    'config_path=os.environ["C"]',
    'config_path=A',
  ])('does not tell the folder of %s', (given) => {
    expect(main(`A = A + A\n@hydra.main(${given})`)?.configRoot).toBeUndefined();
  });

  it('is none in other scripts', () => {
    expect(main('@other.main(config_path="a")\n# @hydra.main(config_path="b")')).toBeUndefined();
  });
});

const pythonText = fc
  .array(
    fc.constantFrom(
      ...[
        'class A(',
        'def f(',
        '):',
        '\n',
        '\n  ',
        'cfg',
        'self.',
        '.a',
        "['b']",
        ' = ',
        'f"{',
        '}"',
        '"""',
        "'",
        '(',
        ')',
      ],
      ...[
        'from . import ',
        'import a.b as c',
        '*',
        ',',
        '@hydra.main(',
        'config_path=',
        'Path(__file__)',
        '.parent',
        ' / ',
        '#',
      ],
      ...['getattr(', '.get(', '[', ']', '\\\n', '\t', 'é', '1.5e3', ': DictConfig', 'async ', '=', '{'],
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

test('any text is read, with tokens and keys inside it and in their order', () => {
  fc.assert(
    fc.property(pythonText, (text) => {
      const tokens = pythonTokens(text);
      let at = 0;
      for (const { start, end } of tokens) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeLessThanOrEqual(text.length);
        at = end;
      }
      for (const { start, end, key } of keysRead(tokens)) {
        expect(0 <= start && start < end && end <= text.length).toBe(true);
        expect(key).not.toBe('');
      }
      pythonOutline(text);
      hydraMain(text, '/p/train.py');
    }),
    { numRuns: 2000 },
  );
});
