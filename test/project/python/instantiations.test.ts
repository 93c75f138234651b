import { expect, test } from 'vitest';
import { configChanges } from '../../../engine/project/python/configChanges.js';
import { instantiations } from '../../../engine/project/python/instantiations.js';
import { methodsOf, partsOf } from './methods.js';

async function found(body: string) {
  const methods = await methodsOf(body);
  return instantiations(methods, configChanges(methods, partsOf), partsOf);
}

test.each([
  'hydra.utils.instantiate(cfg.policy)',
  'instantiate(cfg.policy)',
  'x = hydra.utils.call(cfg.policy)',
  'self.model = hydra.utils.instantiate(\n  cfg.policy,\n)',
])('%s builds the policy', async (body) => {
  expect(await found(body)).toMatchObject([
    { key: 'policy', positional: 0, isOpen: false, isRecursive: true, when: [] },
  ]);
});

test.each([
  'other.instantiate(cfg.policy)',
  'call(cfg.policy)',
  'instantiate(cfg)',
  'instantiate(cfg.a or cfg.b)',
  'instantiate(x, cfg.policy)',
  'build(cfg.policy)',
  'cfg.policy.update(more)\ninstantiate(cfg.policy)', // not all of it is known
  'cfg.policy = x\ninstantiate(cfg.policy)',
])('%s builds nothing that is known', async (body) => expect(await found(body)).toEqual([]));

test('what the call adds', async () => {
  const [call] = await found('if cfg.a:\n  instantiate(cfg.policy, 1, x=2, _recursive_=False, **more)');
  expect(call).toMatchObject({
    positional: 1,
    isOpen: true,
    isRecursive: false,
    when: [{ key: 'a', isTrue: true }],
    place: { line: 3 },
  });
  expect([...call!.added]).toEqual(['x', '_recursive_']);
  expect(await found('instantiate(cfg.policy, *more, _recursive_=True)')).toMatchObject([
    { isOpen: true, isRecursive: true },
  ]);
  expect(await found('if n:\n  instantiate(cfg.policy)')).toMatchObject([{ when: undefined }]);
  const [changed] = await found('cfg.policy.x = 1\ninstantiate(cfg.policy)');
  expect([...changed!.changed]).toEqual(['policy.x']);
});
