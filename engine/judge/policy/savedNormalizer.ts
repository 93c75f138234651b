/** The normaliser of a policy whose project decides in code what is fitted: as a file has it, and as a new training continues it. */
import type { TensorInfo } from '../../formats/checkpoint/types.js';
import { ParameterListing } from './listing.js';
import { addNormalizer, normalizerPlace, statisticOf } from './normalizer.js';
import type { NormalizerField, PolicySpec } from './spec.js';

/** What decides about the fields of a normaliser; a listing of keys alone is taken as it is. */
export type Normalized = Pick<PolicySpec, 'parameters'> &
  Partial<Pick<PolicySpec, 'normalizer' | 'observations' | 'normalizerBy'>>;

/** Upstream loads whatever fields a file has, and a field of width 1 serves values of any width: that is an identity there. */
export function asSaved<Spec extends Normalized>(
  spec: Spec,
  tensors: readonly Pick<TensorInfo, 'key' | 'shape'>[],
): Spec {
  if (spec.normalizerBy === undefined) return spec;
  const saved = savedWidths(tensors);
  if (saved.size === 0) return spec;
  const fields = [...saved].map(([name, width]) => savedField(name, width, spec));
  return withFields(spec, fields);
}

/** A new training of the same project does as the old one did, but that it knows its own action and observations. */
export function asBefore<Spec extends Normalized>(spec: Spec, old: PolicySpec): Spec {
  if (spec.normalizerBy === undefined || old.normalizerBy === undefined) return spec;
  const fields = old.normalizer.flatMap((before) => {
    const now = spec.normalizer?.find(({ name }) => name === before.name);
    if (now !== undefined)
      return [before.range === 'identity' || isCloud(spec, now) ? before : fitted(now, spec)];
    // One that no policy of the project sees is kept; an observation that is gone takes its own along.
    return old.observations.some(({ key }) => key === before.name) ? [] : [before];
  });
  return withFields(spec, fields);
}

function savedWidths(tensors: readonly Pick<TensorInfo, 'key' | 'shape'>[]): Map<string, number> {
  const widths = new Map<string, number>();
  for (const { key, shape } of tensors) {
    const name = statisticOf(key) === 'scale' ? normalizerPlace(key)?.of?.name : undefined;
    if (name !== undefined && shape.length === 1) widths.set(name, shape[0]!);
  }
  return widths;
}

function savedField(name: string, width: number, spec: Normalized): NormalizerField {
  const field = spec.normalizer?.find((each) => each.name === name);
  if (field === undefined) return { name, width, range: 'identity' }; // kept, and never fitted here
  if (name === 'action' || width === field.width) return field;
  if (width === 1) return { name, width, range: 'identity' };
  return isCloud(spec, field) ? { name, width, range: 'fitted' } : fitted(field, spec);
}

/** Colours that the policy leaves out are normalised first, so that `shape_meta` does not say how wide it is. */
function isCloud({ observations = [] }: Normalized, { name }: NormalizerField): boolean {
  return observations.some(({ key, type }) => key === name && type === 'point_cloud');
}

function fitted(field: NormalizerField, { observations = [] }: Normalized): NormalizerField {
  const seen = observations.find(({ key }) => key === field.name);
  return { ...field, width: seen?.shape.at(-1) ?? field.width, range: 'fitted' };
}

/** Those, and those of the config that are not among them. */
function withFields<Spec extends Normalized>(spec: Spec, fields: readonly NormalizerField[]): Spec {
  const names = new Set(fields.map(({ name }) => name));
  const normalizer = [...fields, ...(spec.normalizer ?? []).filter(({ name }) => !names.has(name))];
  const list = new ParameterListing();
  addNormalizer(list, normalizer);
  const own = spec.parameters.filter(({ kind }) => kind !== 'normalizer');
  return { ...spec, normalizer, parameters: [...own, ...list.entries] };
}
