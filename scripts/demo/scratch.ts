/** The other way to an 8-D policy: the same encoder, but a transformer that inherits nothing. */

import { Stream } from '../../engine/base/streams.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import type { CheckpointContent, TensorInfo, TensorSource } from '../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { familyOfSpec } from '../../engine/judge/policy/families.js';
import { initialValues } from '../../engine/judge/policy/initial.js';
import type { PolicySpec } from '../../engine/judge/policy/spec.js';

/**
 * Copies the adapted checkpoint to `output` with every entry of the transformer drawn anew as upstream's constructor would;
 * encoder and normaliser stay, so that nothing but the inheritance differs. No optimizer state goes along.
 */
export async function writeScratch(
  adapted: string,
  output: string,
  spec: PolicySpec,
  seed: number,
): Promise<number> {
  const file = await openCheckpoint(adapted);
  try {
    const { stateDicts, pickles, config } = file.index;
    const specs = new Map(spec.parameters.map((entry) => [entry.key, entry]));
    let drawn = 0;
    const source = (tensor: TensorInfo, position: number): TensorSource => {
      const { key, shape, dtype, alias } = tensor;
      const entry = specs.get(key);
      const anew = key.startsWith('model.') && entry !== undefined;
      if (anew) drawn++;
      const read = anew
        ? () =>
            bytesOf(
              initialValues(
                familyOfSpec(spec).initialRule(entry, spec),
                shape,
                new Stream(seed, 'initialisation', position),
              ),
            )
        : () => file.read(tensor);
      return alias === undefined ? { key, shape, dtype, read } : { key, shape, dtype, alias, read };
    };
    const content: CheckpointContent = {
      config: config ?? {},
      // The same position gives the same draws, so model and EMA start alike.
      stateDicts: Object.fromEntries(
        Object.entries(stateDicts).map(([name, tensors]) => [name, tensors.map(source)]),
      ),
      pickles: { global_step: pickles['global_step'] ?? 0, epoch: pickles['epoch'] ?? 0 },
    };
    await writeCheckpoint(output, content, { overwrite: true });
    return drawn / Object.keys(stateDicts).length;
  } finally {
    await file.close();
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
