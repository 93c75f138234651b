/** The role of every key of the policy's state dict, told from its name: no config is needed, and no tensor. */

import {
  always,
  type DimensionRole,
  fixed,
  type KeyRole,
  OBSERVATIONS,
  type RoleFacts,
  type RoleRule,
  setBy,
} from './roleTypes.js';
import { ENCODER_ROLES } from './transformerHybrid/encoderRoles.js';
import { ACTION, TRANSFORMER_ROLES } from './transformerHybrid/transformerRoles.js';

export type { DimensionRole, KeyRole, RoleFacts } from './roleTypes.js';

const NORMALIZER_ROLES: readonly RoleRule[] = [
  [
    /^normalizer\.params_dict\.([^.]+)\.(offset|scale|input_stats\.(?:max|mean|min|std))$/,
    ([field, entry], facts) => ({
      meaning: `${STATISTICS[entry!]} of ${field} in the normaliser (fitted on the data set, not trained)`,
      dimensions: [fieldWidth(field!, facts)],
      existsBy: field === 'action' ? [] : [`${OBSERVATIONS}.${field}.type`],
    }),
  ],
];

const STATISTICS: Readonly<Record<string, string>> = {
  offset: 'offset',
  scale: 'scale',
  'input_stats.max': 'largest value',
  'input_stats.mean': 'mean',
  'input_stats.min': 'smallest value',
  'input_stats.std': 'standard deviation',
};

const DUMMY_ROLES: readonly RoleRule[] = [
  [
    /^(?:|model\.|mask_generator\.)_dummy_variable$/,
    () => always('empty tensor that only knows its device and dtype', fixed('nothing')),
  ],
];

const RULES: readonly RoleRule[] = [
  ...TRANSFORMER_ROLES,
  ...ENCODER_ROLES,
  ...NORMALIZER_ROLES,
  ...DUMMY_ROLES,
];

/** Undefined for a key that no such policy has. */
export function roleOf(key: string, facts: RoleFacts = {}): KeyRole | undefined {
  for (const [pattern, role] of RULES) {
    const match = pattern.exec(key);
    if (match !== null) return role(match.slice(1), facts);
  }
  return undefined;
}

/** Every config value that a key depends on, those of its dimensions first. */
export function configPathsOf(key: string, facts: RoleFacts = {}): string[] {
  const role = roleOf(key, facts);
  if (role === undefined) return [];
  return [...new Set([...role.dimensions.flatMap(({ paths }) => paths), ...role.existsBy])];
}

function fieldWidth(field: string, { observations }: RoleFacts): DimensionRole {
  if (field === 'action') return ACTION;
  const known = observations?.find(({ key }) => key === field);
  if (known?.type === 'rgb') return fixed('one value for all pixels');
  return setBy(`values of ${field}`, `${OBSERVATIONS}.${field}.shape.0`);
}
