/** Whether the keys of a file are those of another family than the one whose policy a config describes. By their names alone. */
import type { TensorInfo } from '../../formats/checkpoint/types.js';
import { FAMILIES, familyOfSpec } from './families.js';
import type { KeyPlace, PolicyFamily } from './family.js';
import type { PolicySpec } from './spec.js';

/** Families whose keys another one knows too differ by whole parts. */
const PARTS: readonly KeyPlace['part'][] = ['denoiser', 'encoder'];

interface ForeignKeys {
  /** Whose keys they are, in the field's words: `… policy or a … policy`. */
  readonly whose: string;
  /** As a message continues after the config: `describes a …, but the keys are those of a …: …`. */
  readonly text: string;
}

/** Undefined where they may well be the policy's own, or where no family that is known has such keys. */
export function foreignKeys(tensors: readonly TensorInfo[], spec: PolicySpec): ForeignKeys | undefined {
  if (tensors.length === 0) return undefined;
  const own = familyOfSpec(spec);
  const sign = stranger(own, tensors) ?? lackingPart(own, tensors, spec);
  if (sign === undefined) return undefined;
  const others = FAMILIES.filter((each) => each !== own && knowsAll(each, tensors));
  if (others.length === 0) return undefined;
  const whose = others.map(({ name }) => name).join(' or a ');
  return { whose, text: `describes a ${own.name}, but the keys are those of a ${whose}: ${sign}` };
}

function knowsAll(family: PolicyFamily, tensors: readonly TensorInfo[]): boolean {
  return tensors.every(({ key }) => family.roleOf(key, {}) !== undefined);
}

function stranger(family: PolicyFamily, tensors: readonly TensorInfo[]): string | undefined {
  const first = tensors.find(({ key }) => family.roleOf(key, {}) === undefined);
  return first && `the former has no ${first.key}`;
}

function lackingPart(
  family: PolicyFamily,
  tensors: readonly TensorInfo[],
  { parameters }: PolicySpec,
): string | undefined {
  const found = new Set(tensors.map(({ key }) => key));
  for (const part of PARTS) {
    const [first, ...more] = parameters.filter(({ key }) => family.placeOf(key).part === part);
    if (first !== undefined && [first, ...more].every(({ key }) => !found.has(key)))
      return `they lack the whole ${part} of the former (${first.key} …)`;
  }
  return undefined;
}
