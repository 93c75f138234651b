/** The normaliser of a policy: its fields, their keys in the state dict, and what each holds. */
import type { FollowedAxis, KeyPlace } from './family.js';
import { namedBehind } from './family.js';
import type { DimensionRole, RoleRule } from './keyRole.js';
import type { ParameterListing } from './listing.js';
import type { NormalizerField, ObservationSpec, PolicySpec } from './spec.js';

/** Of each field, in PyTorch's order: a ParameterDict lists its tensors by name, its nested dicts after them. */
export const STATISTICS = ['offset', 'scale', 'max', 'mean', 'min', 'std'] as const;
const RANGE_STATISTICS = ['offset', 'scale', 'max', 'min'] as const;
export type Statistic = (typeof STATISTICS)[number];

const NORMALIZER = 'normalizer.';
const FIELDS = `${NORMALIZER}params_dict.`;

export function normalizerKey(field: string, statistic: Statistic): string {
  const isOwn = statistic === 'offset' || statistic === 'scale';
  return `${FIELDS}${field}.${isOwn ? statistic : `input_stats.${statistic}`}`;
}

export function isNormalizerKey(key: string): boolean {
  return key.startsWith(NORMALIZER);
}

/** Undefined where the key is not the normaliser's. */
export function normalizerPlace(key: string): KeyPlace | undefined {
  if (!isNormalizerKey(key)) return undefined;
  const field = namedBehind(FIELDS, key);
  return { part: 'normalizer', ...(field && { of: field }) };
}

/** `params_dict.action.scale` → `scale`. */
export function statisticOf(key: string): Statistic | undefined {
  return STATISTICS.find((name) => key.endsWith(`.${name}`));
}

/** One field each for the action, then the low-dimensional observations, then the images (one value for all pixels). */
export function fieldsOf(actionDim: number, observations: readonly ObservationSpec[]): NormalizerField[] {
  const [lowDim, images] = (['low_dim', 'rgb'] as const).map((type) =>
    observations.filter((obs) => obs.type === type),
  );
  return [
    { name: 'action', width: actionDim, range: 'fitted' },
    ...lowDim!.map(({ key, shape }) => ({ name: key, width: shape[0]!, range: 'fitted' }) as const),
    ...images!.map(({ key }) => ({ name: key, width: 1, range: 'image' }) as const),
  ];
}

/** The same where the data set class computes what is normalised (poses relative to the present one), and images stay as they are. */
export function derivedFieldsOf(
  actionDim: number,
  observations: readonly ObservationSpec[],
): NormalizerField[] {
  return fieldsOf(actionDim, observations).map((field) => ({
    ...field,
    range: field.range === 'image' ? 'plain image' : 'derived',
  }));
}

export function addNormalizer(list: ParameterListing, fields: readonly NormalizerField[]): void {
  for (const { name, width, rangeOnly } of fields)
    for (const statistic of rangeOnly ? RANGE_STATISTICS : STATISTICS)
      list.add(normalizerKey(name, statistic), [width], 'normalizer');
}

/** A fitted field is as wide as the actions or as its observation. */
export function normalizerAxis(
  key: string,
  { normalizer }: Pick<PolicySpec, 'normalizer'>,
): FollowedAxis | undefined {
  const name = normalizerPlace(key)?.of?.name;
  const field = normalizer.find((each) => each.name === name);
  if (field === undefined || !isMeasured(field)) return undefined;
  const { width } = field;
  const segment =
    field.name === 'action'
      ? ({ of: 'action', width } as const)
      : ({ of: 'observation', key: field.name, width } as const);
  return { axis: 0, segments: [segment], startsSilent: false };
}

function isMeasured({ range }: NormalizerField): boolean {
  return range === 'fitted' || range === 'derived';
}

export interface FieldRole {
  readonly width: DimensionRole;
  /** Config values that decide whether there is such a field. */
  readonly existsBy: readonly string[];
}

/** Which config values stand behind a field is the family's matter. */
export function normalizerRoles(
  fieldRole: (name: string, facts: Partial<PolicySpec>) => FieldRole,
): readonly RoleRule[] {
  return [
    [
      /^normalizer\.params_dict\.([^.]+)\.(offset|scale|input_stats\.(?:max|mean|min|std))$/,
      ([field, entry], facts) => {
        const { width, existsBy } = fieldRole(field!, facts);
        const meaning = `${MEANINGS[entry!]} of ${field} in the normaliser (fitted on the data set, not trained)`;
        return { meaning, dimensions: [width], existsBy };
      },
    ],
  ];
}

const MEANINGS: Readonly<Record<string, string>> = {
  offset: 'offset',
  scale: 'scale',
  'input_stats.max': 'largest value',
  'input_stats.mean': 'mean',
  'input_stats.min': 'smallest value',
  'input_stats.std': 'standard deviation',
};
