import { expect, test } from 'vitest';
import { distributed, distributedScript } from '../../../engine/project/python/distributed.js';
import { modulesFrom } from '../../../engine/project/python/source.js';
import { inMemory } from '../inMemory.js';
import { methodsOf } from './methods.js';

const found = async (body: string) => {
  const sign = distributed(await methodsOf(body));
  return sign && [sign.launcher, sign.isRequired, sign.place.line];
};

test.each([
  ['dist.init_process_group("nccl")', ['torchrun', true, 2]],
  ['if n > 1:\n  dist.init_process_group("nccl")', ['torchrun', false, 3]],
  ['dist.init_process_group("nccl", rank=0, world_size=1)', ['torchrun', false, 2]],
  ['x = 1\nmodel = DDP(model)', ['torchrun', true, 3]],
  ['accelerator = Accelerator()', ['accelerate', false, 2]],
  ["rank = int(os.environ['LOCAL_RANK'])", ['torchrun', true, 2]],
  ["rank = os.environ.get('RANK', 0)", ['torchrun', false, 2]],
  ["os.getenv('WORLD_SIZE')", ['torchrun', false, 2]],
  ["accelerator = Accelerator()\nr = os.environ['RANK']", ['torchrun', true, 3]], // what is needed counts first
  ["os.environ['RANK'] = '0'", undefined], // set, not asked
  ["name = 'RANKING'", undefined],
  ['init_process_group', undefined],
  ['pass', undefined],
])('%j', async (body, expected) => expect(await found(body)).toEqual(expected));

test('the functions of a script that starts trainings, not what its classes do', async () => {
  const script = async (text: string) => {
    const module = await modulesFrom('/p', inMemory({ '/p/train.py': text })).module('train');
    return distributedScript(module!)?.launcher;
  };
  expect(await script('def main():\n  DDP(x)\n')).toBe('torchrun');
  expect(await script('class A:\n  def main(self):\n    DDP(x)\n')).toBeUndefined();
});
