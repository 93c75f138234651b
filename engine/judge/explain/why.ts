/** Whether file and config agree about a key, and what that comes from. */
import type { Plain } from '../../base/plain.js';
import { shownJson } from '../../base/shown.js';
import { valueAt } from '../../config/origin.js';
import { shapeText } from '../adapt/text.js';
import { sameShape } from '../policy/compatibility.js';
import type { KeyRole } from '../policy/keyRole.js';
import type { Background } from './background.js';
import type { DimensionExplanation, ExpectedTensor, FileTensor, KeyExplanation } from './types.js';

type InFile = KeyExplanation['file'];
type Expected = KeyExplanation['expected'];

/** A verdict with what it was given on. */
type Comparison =
  | { readonly verdict: 'same' | 'differs'; readonly file: FileTensor; readonly expected: ExpectedTensor }
  | { readonly verdict: 'only in file' | 'only expected' }
  | { readonly verdict: 'not compared'; readonly file: InFile };

export function compare(file: InFile, expected: Expected): Comparison {
  if (file === 'not looked at' || expected === 'unknown') return { verdict: 'not compared', file };
  if (file === 'absent' && expected === 'not in this policy') return { verdict: 'not compared', file };
  if (file === 'absent') return { verdict: 'only expected' };
  if (expected === 'not in this policy') return { verdict: 'only in file' };
  return { verdict: sameShape(file.shape, expected.shape) ? 'same' : 'differs', file, expected };
}

export function whyOf(comparison: Comparison, role: KeyRole | undefined, background: Background): string {
  switch (comparison.verdict) {
    case 'same':
      return sameText(comparison.file.dtype, comparison.expected.dtype);
    case 'differs':
      return differenceText(comparison.file.shape, comparison.expected.dimensions);
    case 'only in file':
    case 'only expected':
      return existenceText(role, background);
    case 'not compared':
      return notComparedText(comparison.file, background);
    default:
      return comparison satisfies never;
  }
}

function sameText(found: string | undefined, expected: string): string {
  const agree = 'file and config agree';
  if (found === undefined || found === expected) return agree;
  return `${agree} in shape; PyTorch turns ${found} into ${expected} when it loads the file`;
}

function differenceText(found: readonly number[], dimensions: readonly DimensionExplanation[]): string {
  if (found.length !== dimensions.length) {
    const expected = dimensions.map(({ size }) => size);
    return `the shape is ${shapeText(found)} in the file, ${shapeText(expected)} is expected`;
  }
  return dimensions
    .flatMap((dimension, axis) =>
      dimension.size === found[axis]
        ? []
        : [`${dimension.meaning}: ${found[axis]} in the file, ${dimension.size} expected`],
    )
    .join('; ');
}

/** Both configs are asked for what decides whether there is such a key. */
function existenceText(role: KeyRole | undefined, { facts, oldConfig }: Background): string {
  if (role === undefined) return 'this kind of policy does not have such a key';
  const configs = [
    ['in this config', facts.target?.resolved],
    ["in the checkpoint's own", oldConfig().value],
  ] as const;
  const parts = role.existsBy.map((path) => {
    const name = path.replace(/\.type$/, '');
    const told = configs.flatMap(([where, config]) =>
      config === undefined ? [] : [`${valueText(valueAt(config, name))} ${where}`],
    );
    return `${name} decides whether there is such a key${told.length === 0 ? '' : `; it is ${told.join(' and ')}`}`;
  });
  return parts.join('; ') || 'every policy of this kind has such a key';
}

function valueText(value: Plain | undefined): string {
  if (value === undefined) return 'absent';
  return typeof value === 'object' && value !== null ? 'there' : shownJson(value);
}

function notComparedText(file: InFile, { facts, spec, unknownPolicy }: Background): string {
  if (unknownPolicy !== undefined) return unknownPolicy.hint ?? '';
  const { problem } = spec();
  if (problem !== undefined) return `this config does not describe a policy: ${problem.message}`;
  if (facts.target === undefined) return 'there is no config to compare with';
  return file === 'not looked at'
    ? 'no checkpoint was looked at'
    : 'neither the file nor the policy of this config has it';
}
