import { describe, expect, test } from 'vitest';
import { PythonModules } from '../../../engine/project/python/modules.js';
import { inMemory } from '../inMemory.js';

const FILES = {
  '/p/pkg/__init__.py': 'from .model import Net as Network\n',
  '/p/pkg/model.py': 'import pkg.base as b\nfrom . import base\nfrom .base import *\nclass Net: pass\n',
  '/p/pkg/base.py': 'class Base: pass\ndef make(): pass\n',
  '/p/pkg/deep/more.py': 'from ..base import Base as Root\nfrom ...outside import x\n',
  '/p/src/other.py': 'class Other: pass\n',
  '/p/pkg.py': 'class Shadow: pass\n',
};
const modules = () => new PythonModules(['/p', '/p/src'], inMemory(FILES));

test.each([
  ['pkg.model', undefined, '/p/pkg/model.py'],
  ['pkg', undefined, '/p/pkg.py'],
  ['other', undefined, '/p/src/other.py'],
  ['.base', '/p/pkg/model.py', '/p/pkg/base.py'],
  ['.', '/p/pkg/model.py', '/p/pkg/__init__.py'],
  ['..base', '/p/pkg/deep/more.py', '/p/pkg/base.py'],
  ['.base', undefined, undefined],
  ['gone', undefined, undefined],
  ['pkg..model', undefined, undefined],
  ['pkg.../etc', undefined, undefined],
  ['a.'.repeat(50), undefined, undefined],
  [`${'.'.repeat(50)}a`, '/p/pkg/model.py', undefined],
])('the module %s from %s is %s', async (dotted, from, file) => {
  expect((await modules().module(dotted, from))?.file).toBe(file);
});

test.each([
  ['pkg.model.Net', 'Net', '/p/pkg/model.py'],
  ['pkg.model.Net.from_file', 'Net', '/p/pkg/model.py'],
  ['pkg.model.Base', 'Base', '/p/pkg/base.py'], // by *
  ['pkg.deep.more.Root', 'Base', '/p/pkg/base.py'],
  ['pkg.deep.more.x', undefined, undefined],
  ['Net', undefined, undefined],
])('%s is the %s of %s', async (dotted, name, file) => {
  const found = await modules().find(dotted);
  expect([found?.definition.name, found?.module.file]).toEqual([name, file]);
});

test.each([
  ['b.Base', 'Base'],
  ['base.make', 'make'],
  ['Base', 'Base'],
  ['Net', 'Net'],
  ['b.gone', undefined],
  ['torch.nn.Module', undefined],
])('inside a module %s stands for %s', async (dotted, name) => {
  const all = modules();
  const module = (await all.module('pkg.model'))!;
  expect((await all.resolve(module, dotted))?.definition.name).toBe(name);
});

describe('a module that lacks a name', () => {
  const lacking = async (text: string, target = 'm.Name') =>
    (await new PythonModules(['/p'], inMemory({ '/p/m.py': text, '/p/m/sub.py': '' })).lacking(target))?.file;
  test.each(['class Other: pass', '', 'def f(): pass'])('%j', async (text) =>
    expect(await lacking(text)).toBe('/p/m.py'),
  );
  test.each([
    'class Name: pass',
    'Name = 1',
    'x = Name',
    'from other import *',
    'def __getattr__(x): pass',
    'globals().update(x)',
    'exec("Name = 1")',
  ])('%j may have it', async (text) => expect(await lacking(text)).toBeUndefined());
  test('is none where the name is a module, or nothing is there', async () => {
    expect(await lacking('', 'm.sub')).toBeUndefined();
    expect(await lacking('', 'gone.Name')).toBeUndefined();
    expect(await lacking('', 'Name')).toBeUndefined();
  });
});

test('the modules of the project that a module imports from', async () => {
  const all = modules();
  const files = async (dotted: string) =>
    (await all.importedBy((await all.module(dotted))!)).map(({ file }) => file);
  expect(await files('pkg.model')).toEqual(['/p/pkg/base.py']);
  expect(await files('pkg.deep.more')).toEqual(['/p/pkg/base.py']);
  expect(await files('other')).toEqual([]);
});

test('each file is read once', async () => {
  let reads = 0;
  const reader = inMemory(FILES);
  const counted = (path: string) => {
    reads += 1;
    return reader.readText(path);
  };
  const counting = { ...reader, readText: counted };
  const all = new PythonModules(['/p'], counting);
  await Promise.all([all.read('/p/pkg/base.py'), all.read('/p/pkg/base.py')]);
  await all.read('/p/pkg/base.py');
  expect(reads).toBe(1);
});
