import { describe, expect, test } from 'vitest';
import { configChanges } from '../../../engine/project/python/configChanges.js';
import { methodsOf, partsOf } from './methods.js';

const changes = async (body: string) => configChanges(await methodsOf(body), partsOf);

describe('keys that are written or taken away', () => {
  test.each([
    ['cfg.training.lr = 2', ['training.lr']],
    ['cfg["policy"].x += 1', ['policy.x']],
    ['del cfg.task.name', ['task.name']],
    ["cfg.training.pop('seed')", ['training.seed']],
    ["cfg.training.setdefault('seed', 1)", ['training.seed']],
    ['a = cfg.training.lr', []],
    ['f(x=cfg.training.lr)', []],
    ['cfg = other', []], // a name that is bound anew
    ['self.cfg = cfg', []],
    ['cfg.training.lr == 2', []],
    ['cfg.a.b, cfg.c = 1, 2', ['c']],
  ])('%s', async (body, keys) => expect([...(await changes(body)).keys]).toEqual(keys));
});

test('when a key is written, as far as the config decides it', async () => {
  const { writes } = await changes('if cfg.a:\n  cfg.x = 1\nif n > 1:\n  cfg.y = 1\ncfg.z = 1');
  expect(writes).toEqual([
    { key: 'x', when: [{ key: 'a', isTrue: true }] },
    { key: 'y', when: undefined },
    { key: 'z', when: [] },
  ]);
});

describe('what is not followed leaves a part open', () => {
  test.each([
    ['cfg.policy[name] = 1', ['policy', 'policy.x'], ['task']],
    ['cfg.policy.update(more)', ['policy.x', 'policy'], ['task']],
    ['cfg.policy.clear()', ['policy.x'], ['task']],
    ['cfg.policy.pop(name)', ['policy.x'], ['task']],
    ['OmegaConf.merge(cfg, more)', ['policy', 'task'], []],
    ["setattr(cfg.policy, 'x', 1)", ['policy', 'task'], []],
    ['print(cfg[name])', [], ['policy', 'task']],
    ['other.merge(x)', [], ['policy']],
  ])('%s', async (body, open, closed) => {
    const found = await changes(body);
    for (const key of open) expect(found.isOpen(key), key).toBe(true);
    for (const key of closed) expect(found.isOpen(key), key).toBe(false);
  });
});

test('a part is known where neither it nor what holds it is replaced', async () => {
  const { isKnown } = await changes('cfg.policy.x = 1\ncfg.task.update(more)');
  for (const key of ['policy', 'policy.y', 'policy.xy', 'training']) expect(isKnown(key), key).toBe(true);
  for (const key of ['policy.x', 'policy.x.deep', 'task', 'task.a']) expect(isKnown(key), key).toBe(false);
});
