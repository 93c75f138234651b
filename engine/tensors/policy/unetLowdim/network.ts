/** The UNet low-dim policy on tensors: the UNet alone, told the observation as its spec says. */
import * as tf from '@tensorflow/tfjs';
import { asUnetLowdim, type UnetLowdimSpec } from '../../../judge/policy/unetLowdim/spec.js';
import { type UnetBatch, unet } from '../conditionalUnet1d/unet.js';
import type { NoisyBatch, PolicyNetwork } from '../network.js';

export const UNET_LOWDIM_NETWORK: PolicyNetwork = {
  predict: (params, batch) => {
    const spec = asUnetLowdim(params.spec);
    return tf.tidy(() => unet(params, spec.unet, { ...batch, ...condition(spec, batch) }));
  },
};

function condition(
  { observedAs }: UnetLowdimSpec,
  { noisy, features }: NoisyBatch,
): Pick<UnetBatch, 'globalCondition' | 'localCondition'> {
  const [batch, steps] = noisy.shape;
  switch (observedAs) {
    case 'inpainted':
      return {};
    case 'global condition':
      return { globalCondition: features.reshape<tf.Tensor2D>([batch, -1]) };
    case 'local condition': {
      const observed = features.reshape<tf.Tensor3D>([batch, -1, features.shape[1]]);
      return { localCondition: withZeros(observed, steps) };
    }
  }
}

/** Steps that are not observed are zero. */
function withZeros(observed: tf.Tensor3D, steps: number): tf.Tensor3D {
  return tf.pad(observed, [
    [0, 0],
    [0, steps - observed.shape[1]],
    [0, 0],
  ]);
}
