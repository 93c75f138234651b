/** TensorFlow's resource variables behind tfjs-node: the only arrays that its kernels may change in place. */
import * as tf from '@tensorflow/tfjs';
import type { AdamConstants, AdamMoments, DeviceArray } from './deviceArray.js';
import { type Attribute, nodeBackend } from './nodeBackend.js';

/** Names unique within this process; TensorFlow finds a resource by name. */
let made = 0;

/** Created and used only while the backend `tensorflow` is current. */
export class ResourceArray implements DeviceArray {
  readonly shape: readonly number[];
  private readonly backend = nodeBackend()!;
  private readonly handle: tf.Tensor;

  constructor(values: tf.Tensor) {
    this.shape = values.shape;
    this.handle = tf.keep(
      this.backend.executeSingleOutput(
        'VarHandleOp',
        [
          this.float('dtype'),
          { name: 'shape', type: this.type('SHAPE'), value: values.shape },
          { name: 'shared_name', type: this.type('STRING'), value: `regrip-${made++}` },
          { name: 'container', type: this.type('STRING'), value: '' },
        ],
        [],
      ),
    );
    this.assign(values);
  }

  /** Shares the variable's memory, so it costs nothing; a change while such a tensor lives copies first. */
  read(): tf.Tensor {
    return this.backend.executeSingleOutput('ReadVariableOp', [this.float('dtype')], [this.handle]);
  }

  assign(values: tf.Tensor): void {
    this.run('AssignVariableOp', [this.float('dtype')], [values]);
  }

  subtract(delta: tf.Tensor, scale: number): void {
    const alpha = tf.scalar(scale);
    this.run('ResourceApplyGradientDescent', [this.float('T'), this.flag('use_locking')], [alpha, delta]);
    alpha.dispose();
  }

  /**
   * The kernel's own bias correction is switched off (β1^t = β2^t = 0): it is in `rate` and `eps`, in double precision. The kernel
   * takes 1-β in float32: 2e-7 of β2 = 0.95, 5e-5 of 0.999.
   */
  readonly applyAdam = (moments: AdamMoments, gradient: tf.Tensor, constants: AdamConstants): void => {
    const [zero, ...others] = constants.scalars;
    const [mean, square] = [moments.mean as ResourceArray, moments.square as ResourceArray];
    this.run(
      'ResourceApplyAdam',
      [this.float('T'), this.flag('use_locking'), this.flag('use_nesterov')],
      [mean.handle, square.handle, zero!, zero!, ...others, gradient],
    );
  };

  dispose(): void {
    this.run(
      'DestroyResourceOp',
      [{ name: 'ignore_lookup_error', type: this.type('BOOL'), value: true }],
      [],
    );
    this.handle.dispose();
  }

  private run(name: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[]): void {
    this.backend.executeMultipleOutputs(name, attributes, [this.handle, ...inputs], 0);
  }

  private type(kind: 'SHAPE' | 'STRING' | 'BOOL' | 'TYPE'): number {
    return this.backend.binding[`TF_ATTR_${kind}`];
  }

  private float(name: string): Attribute {
    return { name, type: this.type('TYPE'), value: this.backend.binding.TF_FLOAT };
  }

  private flag(name: string): Attribute {
    return { name, type: this.type('BOOL'), value: false };
  }
}
