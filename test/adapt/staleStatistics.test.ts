/** An average whose BatchNorms upstream left as they were before the training is told of where it is taken. */
import { expect, it } from 'vitest';
import { staleStatistics } from '../../engine/adapt/staleStatistics.js';
import type { CheckpointFile, TensorInfo } from '../../engine/formats/checkpoint/types.js';

const COUNT = 'obs_encoder.key_model_map.rgb.bn1.num_batches_tracked';

/** A checkpoint with one count in each state dict, by its storage. */
function file(counts: Readonly<Record<string, bigint>>, key = COUNT): CheckpointFile {
  const tensor = (storage: string): TensorInfo => ({
    ...{ key, shape: [], dtype: 'int64', stride: [], storageOffset: 0, storage },
  });
  const stateDicts = Object.fromEntries(Object.keys(counts).map((dict) => [dict, [tensor(dict)]]));
  return {
    index: { stateDicts } as unknown as CheckpointFile['index'],
    read: async ({ storage }) => new Uint8Array(BigInt64Array.of(counts[storage]!).buffer),
    close: async () => undefined,
  };
}

it.each([
  ['the EMA is behind', { model: 5000n, ema_model: 1n }, 'ema', /measured 1 of the model's 5000 batches/],
  ['the model is taken', { model: 5000n, ema_model: 1n }, 'model', undefined],
  ['the EMA has followed', { model: 5000n, ema_model: 5000n }, 'ema', undefined],
  ['there is no EMA', { model: 5000n }, 'ema', undefined],
  ['there is no model', { ema_model: 1n }, 'ema', undefined],
] as const)('%s', async (_name, counts, weights, message) => {
  const found = await staleStatistics(file(counts), weights);
  if (message === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(message);
});

it('says nothing of a policy without BatchNorm', async () => {
  expect(await staleStatistics(file({ model: 2n, ema_model: 1n }, 'model.step'), 'ema')).toBeUndefined();
});
