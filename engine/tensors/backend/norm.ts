/** The joint L2 norm of many tensors: one operation per tensor on TensorFlow, since every training step pays for each. */
import * as tf from '@tensorflow/tfjs';
import { type NodeBackend, nodeBackend } from './nodeBackend.js';

/** L2 norm over the values of all `tensors` (float32), scalar; not finite where one of them is not, or their squares are not. */
export function globalNorm(tensors: readonly tf.Tensor[]): tf.Tensor {
  const backend = nodeBackend();
  const halves = tensors.map((tensor) =>
    backend === undefined ? tf.mul(tf.sum(tf.square(tensor)), 0.5) : l2Loss(backend, tensor),
  );
  return tf.sqrt(tf.mul(tf.addN(halves), 2));
}

/** Half the sum of the squares, in one kernel. */
function l2Loss(backend: NodeBackend, tensor: tf.Tensor): tf.Tensor {
  const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  return backend.executeSingleOutput(
    'L2Loss',
    [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }],
    [tensor],
  );
}
