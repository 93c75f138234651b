/** The policy that an old checkpoint's own config describes, which must be the one that its tensors are of. */
import { RegripError } from '../base/errors.js';
import { resolvePlain } from '../config/resolve.js';
import type { CheckpointIndex } from '../formats/checkpoint/types.js';
import { findIncompatibilities } from '../policy/compatibility.js';
import { type PolicySpec, policySpec } from '../policy/spec.js';
import type { Weights } from './planTypes.js';

/** Throws when the file has no config, when it describes no supported policy, or when its shapes are not the tensors'. */
export function oldPolicySpec(index: CheckpointIndex, weights: Weights): PolicySpec {
  const spec = readSpec(index);
  const tensors = index.stateDicts[weights === 'ema' ? 'ema_model' : 'model'] ?? [];
  const [wrong] = findIncompatibilities(spec, tensors).filter(({ kind }) => kind === 'shape');
  if (wrong?.kind !== 'shape') return spec;
  throw new RegripError({
    code: 'old-config',
    file: index.path,
    message: `its own config expects ${wrong.key} of shape [${wrong.expected.join(', ')}], but it has [${wrong.found.join(', ')}]`,
    hint: 'The checkpoint was put together from two trainings. Adapt the checkpoint that the old training saved.',
  });
}

function readSpec({ config, path }: CheckpointIndex): PolicySpec {
  if (config === undefined) {
    throw new RegripError({
      code: 'old-config',
      file: path,
      message: 'has no training config (cfg), from which the old policy would be known',
      hint: 'Adapt a checkpoint that the training workspace saved, not a bare state dict.',
    });
  }
  try {
    return policySpec(resolvePlain(config, ['policy']));
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    throw new RegripError({
      code: 'old-config',
      file: path,
      message: `its own config describes no policy that can be adapted: ${error.message}`,
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}
