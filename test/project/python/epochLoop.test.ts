import { expect, test } from 'vitest';
import { epochLoop } from '../../../engine/project/python/epochLoop.js';
import { methodsOf, partsOf } from './methods.js';

test.each([
  ['for e in range(cfg.training.num_epochs):\n  pass', 'range'],
  ['for e in trange(0, cfg.training.num_epochs):\n  pass', 'range'],
  ['for e in tqdm.tqdm(range((cfg.training.num_epochs))):\n  pass', 'range'],
  ['for e in range(start, cfg.training.num_epochs + 1):\n  pass', 'range'],
  ['while e < cfg.training.num_epochs:\n  pass', 'other'],
  ['for e in range(int(cfg.training.num_epochs)):\n  pass', 'other'],
  ['x = [cfg.training.num_epochs]', 'other'],
  ['if cfg.a:\n  for e in range(cfg.training.num_epochs):\n    pass', 'unknown'],
  ['for e in range(cfg.training.steps):\n  pass', 'unknown'],
  ['pass', 'unknown'],
])('%j: %s', async (body, kind) => {
  const loop = epochLoop(await methodsOf(body), partsOf);
  expect(loop.kind).toBe(kind);
  if (loop.kind === 'range') expect(loop.place).toMatchObject({ file: '/p/work.py', line: 2 });
});
