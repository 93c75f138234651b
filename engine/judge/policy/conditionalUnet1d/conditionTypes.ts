/** How a condition acts in the `ConditionalUnet1D` of DP3's projects, which has more ways than diffusion_policy's. */
import type { PlainMap } from '../../../base/plain.js';
import { PolicyConfigError, textAt } from '../config.js';
import type { UnetShape } from './shape.js';

/** By upstream's name: the layers that it has, and whether it scales a block's channels too. */
const CONDITION_TYPES = {
  film: { predictScale: true },
  add: { predictScale: false },
  mlp_film: { predictScale: true, conditionedBy: 'mlp' },
  cross_attention_film: { predictScale: true, conditionedBy: 'attention' },
  cross_attention_add: { predictScale: false, conditionedBy: 'attention' },
} as const;
export type ConditionType = keyof typeof CONDITION_TYPES;

const ALL = Object.keys(CONDITION_TYPES) as ConditionType[];
const PATH = ['policy', 'condition_type'] as const;
export const CONDITION_TYPE_PATH = PATH.join('.');

/** Some networks have no attention. Throws `PolicyConfigError`. */
export function readConditionType(config: PlainMap, hasAttention: boolean): ConditionType {
  const known = ALL.filter((type) => hasAttention || layersOf(type).conditionedBy !== 'attention');
  const found = textAt(config, PATH, 'film');
  const type = known.find((each) => each === found);
  if (type !== undefined) return type;
  throw new PolicyConfigError(PATH, `is ${found}, expected ${known.join(', ')}`);
}

export function layersOf(type: ConditionType): Pick<UnetShape, 'predictScale' | 'conditionedBy'> {
  return CONDITION_TYPES[type];
}
