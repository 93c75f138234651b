/** The random draws of a sampler, taken from a file instead of a seed. */

import { readSafetensors, type SafeTensor } from '../../formats/safetensors.js';
import type { Sampler } from '../../wire/workerMessages.js';
import { TrainingError } from '../trainingError.js';

/** Draw 0 starts the trajectory; DDPM then needs one for every step but the last, DDIM none. */
export function drawsOf({ method, steps }: Sampler): number {
  return method === 'ddpm' ? steps : 1;
}

/**
 * The draws, each (B, T, W) flat. They are the tensors `sample.noise00`, `sample.noise01` …; for DDIM `ddim.noise00` where the
 * file has one. Throws `noise` naming the tensor that is missing or has another shape or type.
 */
export async function readNoise(
  path: string,
  sampler: Sampler,
  shape: readonly number[],
): Promise<Float32Array[]> {
  const tensors = await readSafetensors(path);
  const prefix = sampler.method === 'ddim' && tensors.has('ddim.noise00') ? 'ddim' : 'sample';
  return Array.from({ length: drawsOf(sampler) }, (_, draw) => {
    const name = `${prefix}.noise${String(draw).padStart(2, '0')}`;
    return valuesOf(path, name, tensors.get(name), shape);
  });
}

function valuesOf(
  path: string,
  name: string,
  tensor: SafeTensor | undefined,
  shape: readonly number[],
): Float32Array {
  const found = tensor === undefined ? 'absent' : `${tensor.sourceDtype} [${tensor.shape.join(', ')}]`;
  const wanted = `F32 [${shape.join(', ')}]`;
  if (tensor !== undefined && found === wanted) return new Float32Array(tensor.data.slice().buffer);
  throw new TrainingError({
    code: 'noise',
    file: path,
    message: `${name} is ${found}, expected ${wanted} (windows, steps, values of a step)`,
    hint: 'give as many --windows as the draws have, and as many sampling steps as there are draws',
  });
}
