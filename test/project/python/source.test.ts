import { describe, expect, it } from 'vitest';
import { locateClass } from '../../../engine/project/python/source.js';
import { inMemory } from '../inMemory.js';

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
