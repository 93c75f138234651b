/** Whether a checkpoint's average normalises its images by statistics from before its training, as upstream's `EMAModel` leaves them. */
import type { CheckpointFile, TensorInfo } from '../formats/checkpoint/types.js';
import { runningOf } from '../judge/policy/batchNorm.js';

/** A sentence where it does; undefined where the policy has no BatchNorm, or the average has followed the model. */
export async function staleStatistics(
  file: CheckpointFile,
  weights: 'ema' | 'model',
): Promise<string | undefined> {
  const { model = [], ema_model: average = [] } = file.index.stateDicts;
  const own = weights === 'ema' ? average.find(isCount) : undefined;
  const models = own && model.find((tensor) => tensor.key === own.key && isCount(tensor));
  if (own === undefined || models === undefined) return undefined;
  const [found, expected] = [await countOf(file, own), await countOf(file, models)];
  if (found >= expected) return undefined;
  return `the BatchNorms of the EMA have measured ${found} of the model's ${expected} batches: upstream's EMAModel does not follow running statistics, so in evaluation the EMA normalises images by those from before the training; --weights model takes the model's`;
}

function isCount({ key, dtype, shape }: TensorInfo): boolean {
  return runningOf(key) === 'num_batches_tracked' && dtype === 'int64' && shape.length === 0;
}

async function countOf(file: CheckpointFile, tensor: TensorInfo): Promise<bigint> {
  return new BigInt64Array((await file.read(tensor)).slice().buffer)[0]!;
}
