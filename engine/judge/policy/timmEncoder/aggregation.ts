/** What makes one vector of a map of features in UMI's `TimmObsEncoder`: its keys, and what they start from. */
import type { InitialRule } from '../initial.js';
import type { ParameterListing } from '../listing.js';
import type { TimmShape } from './shape.js';

const LAYERS = 4;
const FEEDFORWARD = 2048; // PyTorch's default
/** In upstream's order. */
const PROJECTIONS = ['k_proj', 'q_proj', 'v_proj', 'c_proj'] as const;

type Aggregating = Pick<TimmShape, 'aggregation' | 'learnsPositions' | 'map'>;

/** What hangs on the encoder itself, which PyTorch lists before all modules. `width` is what upstream takes for the map's channels. */
export function addPositions(list: ParameterListing, name: string, shape: Aggregating, width: number): void {
  const places = shape.map[0] * shape.map[1];
  if (shape.aggregation === 'spatial_embedding') list.add(`${name}.spatial_embedding`, [places, width]);
  if (shape.aggregation === 'transformer' && shape.learnsPositions)
    list.add(`${name}.position_embedding`, [places + 1, width]);
}

/** The modules, which lie behind the cameras' models. */
export function addAggregation(
  list: ParameterListing,
  name: string,
  shape: Aggregating,
  width: number,
): void {
  switch (shape.aggregation) {
    case 'soft_attention':
      list.add(`${name}.attention.0.weight`, [1, width]);
      return;
    case 'transformer':
      for (let layer = 0; layer < LAYERS; layer += 1)
        addLayer(list, `${name}.aggregation_transformer.layers.${layer}`, width);
      return;
    case 'attention_pool_2d':
      list.add(`${name}.attention_pool_2d.positional_embedding`, [shape.map[0] ** 2 + 1, width]);
      for (const projection of PROJECTIONS)
        list.layer(`${name}.attention_pool_2d.${projection}`, width, width);
      return;
    default:
      return;
  }
}

function addLayer(list: ParameterListing, name: string, width: number): void {
  list.add(`${name}.self_attn.in_proj_weight`, [3 * width, width]);
  list.add(`${name}.self_attn.in_proj_bias`, [3 * width]);
  list.layer(`${name}.self_attn.out_proj`, width, width);
  list.layer(`${name}.linear1`, FEEDFORWARD, width);
  list.layer(`${name}.linear2`, width, FEEDFORWARD);
  list.layer(`${name}.norm1`, width);
  list.layer(`${name}.norm2`, width);
}

/** PyTorch's defaults but for the embeddings, which upstream draws. */
export function aggregationRule(key: string, shape: readonly number[], width: number): InitialRule {
  if (/\.(?:spatial|position)_embedding$/.test(key)) return { kind: 'normal', std: 1 };
  if (key.endsWith('.positional_embedding')) return { kind: 'normal', std: 1 / Math.sqrt(width) };
  if (/\.norm[12]\.weight$/.test(key)) return { kind: 'constant', value: 1 };
  if (/\.(?:norm[12]\.bias|in_proj_bias|out_proj\.bias)$/.test(key)) return { kind: 'constant', value: 0 };
  if (key.endsWith('.in_proj_weight')) return { kind: 'uniform', bound: Math.sqrt(6 / (4 * width)) }; // Xavier's
  const inputs = key.endsWith('.linear2.bias') ? FEEDFORWARD : (shape[1] ?? width);
  return { kind: 'uniform', bound: 1 / Math.sqrt(inputs) };
}
