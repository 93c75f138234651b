/** The baseline without eyes: a small network that sees pose and gripper state, but no image, predicts the gripper's commands. */
import * as tf from '@tensorflow/tfjs';
import type { GripperScore } from '../../engine/judge/gripper/accuracy.js';
import type { PolicySpec } from '../../engine/judge/policy/spec.js';
import { Pcg64 } from '../../engine/judge/windows/pcg64.js';
import type { Window } from '../../engine/judge/windows/windows.js';
import type { TrainingData } from '../../engine/training/dataset.js';
import { chunkErrors } from '../../engine/training/measure/chunkErrors.js';
import type { Chunk } from '../../engine/training/measure/chunks.js';

export interface StateOnlyOptions {
  readonly steps: number;
  readonly seed: number;
  /** Called now and then; the terminal gets its turn there. */
  readonly onStep?: (done: number, loss: number) => Promise<void> | void;
}

const STATE_KEYS = ['robot_eef_pose', 'robot_gripper_state'] as const;
const GRIPPER = 7;
const HIDDEN = 128;
const BATCH = 128;
const LEARNING_RATE = 1e-3;
const TELL_EVERY = 50;

/** Trains on `windows`, predicts `chunks`, and scores them as the policy is scored. The backend is open already. */
export async function scoreStateOnly(
  data: TrainingData,
  spec: PolicySpec,
  { windows, chunks }: { readonly windows: readonly Window[]; readonly chunks: readonly Chunk[] },
  options: StateOnlyOptions,
): Promise<GripperScore> {
  const inputs = inputsOf(data, spec, windows);
  const targets = commandsOf(data, spec, windows);
  const network = new StateNetwork(inputs.width, spec.actionSteps, options.seed, scalingOf(inputs));
  try {
    await learn(network, inputs, targets, options);
    const logits = await network.predict(
      inputsOf(
        data,
        spec,
        chunks.map((chunk) => chunk.window),
      ),
    );
    return scoreOf(data, spec, chunks, logits);
  } finally {
    network.dispose();
  }
}

/** Rows of numbers, (rows, width). */
interface Table {
  readonly width: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/** The observation steps of each window, side by side. */
function inputsOf(data: TrainingData, spec: PolicySpec, windows: readonly Window[]): Table {
  const parts = STATE_KEYS.map((key) => ({
    width: data.columns.get(key)!.width * spec.obsSteps,
    values: data.slices(key, windows, 0, spec.obsSteps),
  }));
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const values = new Float32Array(windows.length * width);
  for (let row = 0; row < windows.length; row++) {
    let at = row * width;
    for (const part of parts) {
      values.set(part.values.subarray(row * part.width, (row + 1) * part.width), at);
      at += part.width;
    }
  }
  return { width, rows: windows.length, values };
}

/** The executed steps' gripper commands of each window, 0 or 1. */
function commandsOf(data: TrainingData, spec: PolicySpec, windows: readonly Window[]): Table {
  const first = spec.obsSteps - 1;
  const width = spec.actionSteps;
  const actions = data.slices('action', windows, first, first + width);
  const values = Float32Array.from({ length: windows.length * width }, (_, i) =>
    actions[i * spec.actionDim + GRIPPER]! > 0.5 ? 1 : 0,
  );
  return { width, rows: windows.length, values };
}

interface Scaling {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

function scalingOf({ width, rows, values }: Table): Scaling {
  const mean = new Float32Array(width);
  const deviation = new Float32Array(width);
  for (let i = 0; i < values.length; i++) mean[i % width]! += values[i]! / rows;
  for (let i = 0; i < values.length; i++)
    deviation[i % width]! += (values[i]! - mean[i % width]!) ** 2 / rows;
  // A number that never changes stays at zero.
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) || 1) };
}

async function learn(
  network: StateNetwork,
  inputs: Table,
  targets: Table,
  { steps, seed, onStep }: StateOnlyOptions,
): Promise<void> {
  const draws = new Pcg64(seed);
  for (let step = 1; step <= steps; step++) {
    const rows = Array.from({ length: BATCH }, () => draws.upTo(inputs.rows - 1));
    const tell = step % TELL_EVERY === 0 || step === steps;
    const loss = network.step(pick(inputs, rows), pick(targets, rows), tell);
    if (loss !== undefined) await onStep?.(step, loss);
  }
}

function pick({ width, values }: Table, rows: readonly number[]): Table {
  const picked = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries())
    picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  return { width, rows: rows.length, values: picked };
}

/** Two hidden layers, ReLU, one logit a step; trained by Adam on the cross-entropy. */
class StateNetwork {
  private readonly weights: readonly tf.Variable[];
  private readonly optimizer = tf.train.adam(LEARNING_RATE);

  constructor(
    width: number,
    outputs: number,
    seed: number,
    private readonly scaling: Scaling,
  ) {
    const sizes = [width, HIDDEN, HIDDEN, outputs];
    this.weights = tf.tidy(() =>
      sizes.slice(1).flatMap((size, i) => {
        const fan = sizes[i]!;
        const matrix = tf.randomNormal([fan, size], 0, Math.sqrt(2 / fan), 'float32', seed + i);
        return [tf.variable(matrix), tf.variable(tf.zeros([size]))];
      }),
    );
  }

  /** One update; the loss is read back only when it is wanted. */
  step(inputs: Table, targets: Table, wanted: boolean): number | undefined {
    return tf.tidy(() => {
      const truth = tf.tensor2d(targets.values, [targets.rows, targets.width]);
      const loss = this.optimizer.minimize(
        () => tf.losses.sigmoidCrossEntropy(truth, this.logits(inputs)) as tf.Scalar,
        wanted,
        [...this.weights],
      );
      return loss === null ? undefined : loss.dataSync()[0];
    });
  }

  /** (rows, outputs), one after the other. */
  async predict(inputs: Table): Promise<Float32Array> {
    const logits = tf.tidy(() => this.logits(inputs));
    const values = (await logits.data()) as Float32Array;
    logits.dispose();
    return values;
  }

  private logits({ rows, width, values }: Table): tf.Tensor2D {
    let x: tf.Tensor2D = tf
      .tensor2d(values, [rows, width])
      .sub(tf.tensor1d(this.scaling.mean))
      .div(tf.tensor1d(this.scaling.deviation));
    for (let i = 0; i < this.weights.length; i += 2) {
      x = tf.matMul(x, this.weights[i] as tf.Tensor2D).add(this.weights[i + 1]!);
      if (i + 2 < this.weights.length) x = tf.relu(x);
    }
    return x;
  }

  dispose(): void {
    tf.dispose([...this.weights]);
    this.optimizer.dispose();
  }
}

function scoreOf(
  data: TrainingData,
  spec: PolicySpec,
  chunks: readonly Chunk[],
  logits: Float32Array,
): GripperScore {
  const predicted = chunks.map((_, chunk) => {
    const actions = new Float32Array(spec.actionSteps * spec.actionDim);
    for (let step = 0; step < spec.actionSteps; step++)
      actions[step * spec.actionDim + GRIPPER] =
        1 / (1 + Math.exp(-logits[chunk * spec.actionSteps + step]!));
    return actions;
  });
  return chunkErrors(data, spec, chunks, predicted).gripper!.policy;
}
