/** Every key of the policy's state dict with its shape, in the order in which PyTorch lists its modules. */
import type { ObservationSpec, ParameterSpec, PolicySpec } from './spec.js';

type Hyper = Omit<PolicySpec, 'parameters'>;
type Kind = ParameterSpec['kind'];

const KEY_POINTS = 32;
/** Output channels of ResNet-18's four stages, two blocks each; children 4 to 7 of the backbone. */
const STAGES = [64, 128, 256, 512] as const;
/** PyTorch lists a ParameterDict sorted by name, its tensors before its nested dicts. */
const NORMALIZER_ENTRIES = ['offset', 'scale', 'max', 'mean', 'min', 'std'] as const;

/** Collects entries below a prefix. */
class Listing {
  readonly entries: ParameterSpec[] = [];

  add(key: string, shape: readonly number[], kind: Kind = 'parameter'): void {
    this.entries.push({ key, shape, dtype: 'float32', kind });
  }

  /** A layer with a weight and a bias as long as the weight's first axis. */
  layer(name: string, ...shape: number[]): void {
    this.add(`${name}.weight`, shape);
    this.add(`${name}.bias`, [shape[0]!]);
  }

  /** The same tensors again below another name. */
  alias(from: string, to: string): void {
    for (const entry of this.entries.filter(({ key }) => key.startsWith(from))) {
      this.entries.push({ ...entry, key: to + entry.key.slice(from.length), alias: entry.key });
    }
  }
}

/** The state dict of `DiffusionTransformerHybridImagePolicy`: encoder, transformer, mask generator, normaliser. */
export function policyParameters(hyper: Hyper): ParameterSpec[] {
  const list = new Listing();
  list.add('_dummy_variable', [0]);
  for (const obs of hyper.observations) if (obs.type === 'rgb') addImageEncoder(list, obs, hyper.cropShape);
  addTransformer(list, hyper);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper);
  return list.entries;
}

/**
 * robomimic's VisualCore of one camera: ResNet-18 without pooling and fc, spatial softmax, flatten, Linear. Its parts hang
 * once under their names and once in the sequence `nets`; cameras share nothing.
 */
function addImageEncoder(list: Listing, obs: ObservationSpec, crop: readonly [number, number]): void {
  const core = `obs_encoder.obs_nets.${obs.key}`;
  addResNet18(list, `${core}.backbone.nets`, obs.shape[0]!);
  const cells = Math.ceil(crop[0] / 32) * Math.ceil(crop[1] / 32);
  list.add(`${core}.pool.temperature`, [1], 'buffer');
  list.add(`${core}.pool.pos_x`, [1, cells], 'buffer');
  list.add(`${core}.pool.pos_y`, [1, cells], 'buffer');
  list.layer(`${core}.pool.nets`, KEY_POINTS, STAGES[3], 1, 1);
  list.alias(`${core}.backbone.`, `${core}.nets.0.`);
  list.alias(`${core}.pool.`, `${core}.nets.1.`);
  list.layer(`${core}.nets.3`, KEY_POINTS * 2, KEY_POINTS * 2);
}

function addResNet18(list: Listing, name: string, channels: number): void {
  list.add(`${name}.0.weight`, [STAGES[0], channels, 7, 7]);
  list.layer(`${name}.1`, STAGES[0]);
  STAGES.forEach((width, stage) => {
    const before = STAGES[stage - 1] ?? width;
    addBlock(list, `${name}.${stage + 4}.0`, before, width);
    addBlock(list, `${name}.${stage + 4}.1`, width, width);
  });
}

function addBlock(list: Listing, name: string, before: number, width: number): void {
  list.add(`${name}.conv1.weight`, [width, before, 3, 3]);
  list.layer(`${name}.bn1`, width);
  list.add(`${name}.conv2.weight`, [width, width, 3, 3]);
  list.layer(`${name}.bn2`, width);
  if (before === width) return;
  list.add(`${name}.downsample.0.weight`, [width, before, 1, 1]);
  list.layer(`${name}.downsample.1`, width);
}

/** Own tensors first, then buffers, then the layers in the order of their creation. */
function addTransformer(list: Listing, hyper: Hyper): void {
  const { embedding, horizon, actionDim } = hyper;
  const condTokens = 1 + hyper.obsSteps;
  list.add('model._dummy_variable', [0]);
  list.add('model.pos_emb', [1, horizon, embedding]);
  list.add('model.cond_pos_emb', [1, condTokens, embedding]);
  if (hyper.causalAttention) {
    list.add('model.mask', [horizon, horizon], 'buffer');
    list.add('model.memory_mask', [horizon, condTokens], 'buffer');
  }
  list.layer('model.input_emb', embedding, actionDim);
  list.layer('model.cond_obs_emb', embedding, hyper.obsFeatureDim);
  addConditionEncoder(list, hyper);
  for (let layer = 0; layer < hyper.layers; layer += 1) {
    const name = `model.decoder.layers.${layer}`;
    addAttention(list, `${name}.self_attn`, embedding);
    addAttention(list, `${name}.multihead_attn`, embedding);
    addFeedForward(list, name, embedding);
    for (const norm of ['norm1', 'norm2', 'norm3']) list.layer(`${name}.${norm}`, embedding);
  }
  list.layer('model.ln_f', embedding);
  list.layer('model.head', actionDim, embedding);
}

function addConditionEncoder(list: Listing, { embedding, condLayers }: Hyper): void {
  if (condLayers === 0) {
    list.layer('model.encoder.0', 4 * embedding, embedding);
    list.layer('model.encoder.2', embedding, 4 * embedding);
  }
  for (let layer = 0; layer < condLayers; layer += 1) {
    const name = `model.encoder.layers.${layer}`;
    addAttention(list, `${name}.self_attn`, embedding);
    addFeedForward(list, name, embedding);
    for (const norm of ['norm1', 'norm2']) list.layer(`${name}.${norm}`, embedding);
  }
}

function addAttention(list: Listing, name: string, width: number): void {
  list.add(`${name}.in_proj_weight`, [3 * width, width]);
  list.add(`${name}.in_proj_bias`, [3 * width]);
  list.layer(`${name}.out_proj`, width, width);
}

function addFeedForward(list: Listing, name: string, width: number): void {
  list.layer(`${name}.linear1`, 4 * width, width);
  list.layer(`${name}.linear2`, width, 4 * width);
}

/** One field each for the action, then the low-dimensional observations, then the images (one value for all pixels). */
function addNormalizer(list: Listing, { actionDim, observations }: Hyper): void {
  addNormalizerField(list, 'action', actionDim);
  for (const obs of observations)
    if (obs.type === 'low_dim') addNormalizerField(list, obs.key, obs.shape[0]!);
  for (const obs of observations) if (obs.type === 'rgb') addNormalizerField(list, obs.key, 1);
}

function addNormalizerField(list: Listing, field: string, width: number): void {
  for (const entry of NORMALIZER_ENTRIES) {
    const name = entry === 'offset' || entry === 'scale' ? entry : `input_stats.${entry}`;
    list.add(`normalizer.params_dict.${field}.${name}`, [width], 'normalizer');
  }
}
