import { expect, test } from 'vitest';
import { configParts } from '../../../engine/project/python/keysRead.js';
import { modulesFrom } from '../../../engine/project/python/source.js';
import {
  handedTheConfig,
  returnsNothing,
  scriptMethods,
  workspaceMethods,
} from '../../../engine/project/python/workspaceMethods.js';
import { inMemory } from '../inMemory.js';
import { functionsIn } from './methods.js';

const FILES = {
  '/p/w.py':
    'from b import Base\nclass Work(Base):\n  def __init__(self, cfg): super().__init__(cfg)\n  def run(self): pass\n',
  '/p/b.py':
    'class Base(ABC):\n  def __init__(self, cfg): pass\n  def run(self): pass\n  def save(self): pass\nclass Far(torch.nn.Module):\n  def run(self): pass\n',
  '/p/train.py':
    'from w import Work\nfrom h import use\nimport hydra\n@hydra.main(config_path="c")\ndef main(cfg):\n  use(cfg)\n  Work(cfg).run()\n',
  '/p/alone.py': 'import hydra\n@hydra.main()\ndef main(cfg):\n  train(cfg)\ndef other(): pass\n',
  '/p/h.py': 'def use(cfg): pass\n',
};
const modules = () => modulesFrom('/p', inMemory(FILES));
const shown = (all: Awaited<ReturnType<typeof workspaceMethods>>) =>
  all?.methods.map(({ name, module }) => `${module.file.slice(3)} ${name}`);

test('the class’s own methods, those that it calls by super, and those that it inherits', async () => {
  const found = (await workspaceMethods('w.Work', modules()))!;
  expect(shown(found)).toEqual(['w.py __init__', 'w.py run', 'b.py __init__', 'b.py save']);
  expect(found.isWhole).toBe(true);
});

test('with a base that the project does not hold it is not whole; a function or nothing is not a class', async () => {
  expect((await workspaceMethods('b.Far', modules()))!.isWhole).toBe(false);
  expect(await workspaceMethods('h.use', modules())).toBeUndefined();
  expect(await workspaceMethods('gone.X', modules())).toBeUndefined();
});

test('of a script that trains by itself: its main, and the class that it builds from the config', async () => {
  const script = async (name: string) => {
    const all = modules();
    return shown(await scriptMethods((await all.module(name))!, all));
  };
  expect(await script('train')).toEqual([
    'train.py main',
    'w.py __init__',
    'w.py run',
    'b.py __init__',
    'b.py save',
  ]);
  expect(await script('alone')).toEqual(['alone.py main']);
  expect(await script('h')).toBeUndefined();
});

test('functions of the project that are handed the whole config', async () => {
  const all = modules();
  const { methods } = (await scriptMethods((await all.module('train'))!, all))!;
  const parts = ({ module }: (typeof methods)[number]) => configParts(module.tokens);
  expect((await handedTheConfig(methods.slice(0, 1), parts, all)).map(({ name }) => name)).toEqual(['use']);
});

test.each([
  ['def f():\n  return dict()\n', true],
  ['def f():\n  if x: \n    return {}\n  return dict()\n', true],
  ['def f():\n  return {"a": 1}\n', false],
  ['def f():\n  return\n', false],
  ['def f():\n  pass\n', false],
])('%j returns nothing: %s', async (text, is) =>
  expect(returnsNothing((await functionsIn(text))[0]!)).toBe(is),
);
