/** One tensor of a checkpoint's state dict, as the policy expects it. */
import type { RegripError } from '../../base/errors.js';
import { float32Of, isFloat } from '../../formats/checkpoint/floats.js';
import type { CheckpointFile, TensorInfo } from '../../formats/checkpoint/types.js';
import type { ParameterSpec } from '../../judge/policy/spec.js';
import { TrainingError } from '../trainingError.js';

/** Which state dict of a checkpoint. */
export type StateDictName = 'model' | 'ema_model';

/** Values of one tensor as float32, in the state dict's layout; `state-dict` when it is absent or different. */
export async function readTensor(
  file: CheckpointFile,
  dict: StateDictName,
  wanted: ParameterSpec,
): Promise<Float32Array> {
  const info = file.index.stateDicts[dict]?.find(({ key }) => key === wanted.key);
  if (info === undefined) throw unusable(file, `${dict} has no ${wanted.key}`);
  const isRead = wanted.dtype === 'int64' ? info.dtype === 'int64' : isFloat(info.dtype);
  if (!isRead || info.shape.join() !== wanted.shape.join()) {
    throw unusable(file, `${dict}.${wanted.key} is ${shown(info)}, expected ${shown(wanted)}`);
  }
  if (wanted.dtype === 'int64') return countsOf(await file.read(info));
  return float32Of(await file.read(info), info.dtype).slice();
}

/** Of batches; exact up to 16 million. */
function countsOf(bytes: Uint8Array): Float32Array {
  return Float32Array.from(new BigInt64Array(bytes.slice().buffer), Number);
}

function shown({ dtype, shape }: Pick<TensorInfo, 'dtype' | 'shape'>): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function unusable(file: CheckpointFile, message: string): RegripError {
  return new TrainingError({
    code: 'state-dict',
    file: file.index.path,
    message,
    hint: 'The config and the checkpoint describe different policies; adapt the checkpoint, or use its own config.',
  });
}
