/** Explains keys of a checkpoint against the config of a training: one answer for hovers, trees and terminals. Reads headers only. */
import type { PolicyFamily } from '../policy/family.js';
import type { KeyRole } from '../policy/keyRole.js';
import { Background, once } from './background.js';
import { fateOf, plannedFate } from './fate.js';
import { fittingCall } from './fix.js';
import { sourceOf } from './sources.js';
import type {
  AdaptFate,
  AskedKey,
  ConfigSource,
  ExpectedTensor,
  ExplainFacts,
  KeyExplanation,
  KeyGlance,
} from './types.js';
import { compare, whyOf } from './why.js';

/** One key. Who asks for many keeps a `KeyExplainer`. */
export function explainKey(asked: AskedKey, facts: ExplainFacts): KeyExplanation {
  return new KeyExplainer(facts).explain(asked);
}

export class KeyExplainer {
  private readonly background: Background;
  private readonly sources = new Map<string, ConfigSource>();
  /** The same for every key: one call mends all. */
  private readonly fix = once(() => fittingCall(this.background));

  constructor(private readonly facts: ExplainFacts) {
    this.background = new Background(facts);
  }

  explain({ key, stateDict = this.background.stateDict, told = {} }: AskedKey): KeyExplanation {
    const { unknownPolicy, family } = this.background;
    const role = this.background.roleOf(key);
    const file = told.file === undefined ? this.inFile(key, stateDict) : toldTensor(told.file);
    const expected = this.expected(key, role, told.expected);
    const comparison = compare(file, expected);
    const { verdict } = comparison;
    const adaptFate = this.fate(key, stateDict, file);
    const isMoved = verdict === 'same' && adaptFate?.fate === 'widened';
    const isFine = (verdict === 'same' && !isMoved) || verdict === 'not compared';
    const fix = isFine ? undefined : this.fix().value;
    return {
      key,
      ...(this.facts.index && { stateDict }),
      meaning: role?.meaning ?? unknownPolicy?.message ?? noRole(family),
      file,
      expected,
      verdict,
      ...(adaptFate && { adaptFate }),
      why: isMoved ? MOVED : whyOf(comparison, role, this.background),
      ...(fix !== undefined && { fix }),
    };
  }

  /** As much as a table shows of a key, at a cost that allows thousands. */
  glance(key: string, stateDict: string): KeyGlance {
    const { background } = this;
    const file = this.inFile(key, stateDict);
    const parameter = background.spec().value?.parameters.get(key);
    const expected = parameter && { shape: parameter.shape, dtype: parameter.dtype, dimensions: [] };
    const isUnknown = background.spec().value === undefined;
    const { verdict } = compare(file, expected ?? (isUnknown ? 'unknown' : 'not in this policy'));
    const plan = background.plan().value;
    const adaptFate = plan && plannedFate(key, plan);
    return {
      key,
      file: typeof file === 'string' ? undefined : file,
      expected: parameter?.shape,
      verdict,
      ...(adaptFate && { adaptFate }),
    };
  }

  /** Every key of the state dict in the order of the file, then those that only the config's policy has. */
  keys(stateDict: string = this.background.stateDict): string[] {
    const inFile = this.background.stateDictOf(stateDict);
    const expected = this.background.spec().value?.parameters.keys() ?? [];
    return [...inFile.keys(), ...[...expected].filter((key) => !inFile.has(key))];
  }

  private inFile(key: string, stateDict: string): KeyExplanation['file'] {
    if (this.facts.index === undefined) return 'not looked at';
    return this.background.stateDictOf(stateDict).get(key) ?? 'absent';
  }

  private expected(
    key: string,
    role: KeyRole | undefined,
    told: readonly number[] | 'absent' | undefined,
  ): KeyExplanation['expected'] {
    if (told === 'absent') return 'not in this policy';
    const spec = this.background.spec().value;
    const shape = told ?? spec?.parameters.get(key)?.shape;
    if (shape === undefined) return spec === undefined ? 'unknown' : 'not in this policy';
    const dtype = spec?.parameters.get(key)?.dtype ?? 'float32';
    return { shape, dtype, dimensions: this.dimensions(shape, role) };
  }

  private dimensions(shape: readonly number[], role: KeyRole | undefined): ExpectedTensor['dimensions'] {
    const roles = role?.dimensions.length === shape.length ? role.dimensions : undefined;
    return shape.map((size, axis) => {
      const { paths, ...words } = roles?.[axis] ?? { meaning: 'unknown', paths: [] };
      const setBy = paths.map((path) => this.source(path));
      return { size, ...words, setBy };
    });
  }

  private source(path: string): ConfigSource {
    const { target } = this.facts;
    const known = this.sources.get(path) ?? (target === undefined ? { path } : sourceOf(path, target));
    this.sources.set(path, known);
    return known;
  }

  /** None where a message is about another file than the one that was looked at. */
  private fate(key: string, stateDict: string, file: KeyExplanation['file']): AdaptFate | undefined {
    const planned = this.background.stateDictOf(this.background.stateDict).get(key);
    if (String(shapeOf(file)) !== String(shapeOf(planned ?? 'absent'))) return undefined;
    const fate = fateOf(key, this.background.plan());
    const isOther = stateDict !== this.background.stateDict && fate?.from !== undefined;
    return isOther ? { ...fate, stateDict: this.background.stateDict } : fate;
  }
}

const MOVED = 'file and config agree in shape, but their dimensions stand in different places';

function noRole(family: PolicyFamily | undefined): string {
  const which = family === undefined ? 'any policy that Regrip knows' : `the ${family.name}`;
  return `no parameter of ${which} has this name`;
}

function toldTensor(shape: readonly number[] | 'absent'): KeyExplanation['file'] {
  return shape === 'absent' ? shape : { shape, aliases: [] };
}

function shapeOf(file: KeyExplanation['file']): readonly number[] | undefined {
  return typeof file === 'string' ? undefined : file.shape;
}
