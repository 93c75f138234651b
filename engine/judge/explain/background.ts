/** What explanations of one checkpoint against one target share, each part made when it is first needed. */
import { RegripError } from '../../base/errors.js';
import type { PlainMap } from '../../base/plain.js';
import { resolvePlain } from '../../config/resolve/resolve.js';
import type { CheckpointIndex, TensorInfo } from '../../formats/checkpoint/types.js';
import { observationOf } from '../adapt/keys.js';
import { oldPolicy } from '../adapt/oldPolicy.js';
import { planAdaptation } from '../adapt/plan.js';
import { type AdaptOptions, type AdaptPlan, type KeyPlan, TRANSPLANT } from '../adapt/types.js';
import { type UnknownPolicyError, unknownPolicy } from '../policy/classes.js';
import { type ParameterSpec, type PolicySpec, policySpec } from '../policy/spec.js';
import type { ExplainFacts, ExplainTarget, FileTensor } from './types.js';

/** Neither where it was not asked for: without a checkpoint there is no plan. */
export interface Attempt<T> {
  readonly value?: T;
  readonly problem?: RegripError;
}

export interface ExpectedPolicy {
  readonly observations: PolicySpec['observations'];
  readonly parameters: ReadonlyMap<string, ParameterSpec>;
}

type Renames = AdaptOptions['rename'];

export interface PlannedKeys {
  readonly plan: AdaptPlan;
  readonly byKey: ReadonlyMap<string, KeyPlan>;
  /** Of the keys that inherit something: the name in the old file by the new one, and back. */
  readonly oldNames: ReadonlyMap<string, string>;
  readonly newNames: ReadonlyMap<string, string>;
  readonly dropped: ReadonlySet<string>;
}

export class Background {
  /** The policy that the target's config describes. */
  readonly spec: () => Attempt<ExpectedPolicy>;
  /** The checkpoint's own config. */
  readonly oldConfig: () => Attempt<PlainMap>;
  readonly plan: () => Attempt<PlannedKeys>;
  /** The state dict that an adaptation starts from, unless it is told otherwise. */
  readonly stateDict: 'ema_model' | 'model';
  private readonly tensors = new Map<string, ReadonlyMap<string, FileTensor>>();

  /** Of the target's config, or of the file's own where there is no target: names mean nothing known then. */
  readonly unknownPolicy: UnknownPolicyError | undefined;

  constructor(readonly facts: ExplainFacts) {
    const { index, target, rename = TRANSPLANT.rename } = facts;
    this.stateDict = index?.stateDicts.ema_model === undefined ? 'model' : 'ema_model';
    this.unknownPolicy = unknownPolicy(target === undefined ? index?.config : target.resolved);
    this.spec = once(() => target && expectedPolicy(target));
    this.oldConfig = once(() => index?.config && resolvePlain(index.config, ['policy']));
    this.plan = once(() => index && target && plannedKeys(this.adaptation(index, target, rename), rename));
  }

  /** By key, in the order of the file. */
  stateDictOf(name: string): ReadonlyMap<string, FileTensor> {
    const dicts = this.facts.index?.stateDicts;
    let known = this.tensors.get(name);
    if (known === undefined) {
      known = fileTensors(dicts !== undefined && Object.hasOwn(dicts, name) ? dicts[name]! : []);
      this.tensors.set(name, known);
    }
    return known;
  }

  /** Losses are part of the plan rather than its end, so that each key can be told its own. */
  private adaptation(index: CheckpointIndex, { resolved }: ExplainTarget, rename: Renames): AdaptPlan {
    const weights = this.stateDict === 'ema_model' ? 'ema' : 'model';
    const old = oldPolicy({ index, weights });
    return planAdaptation({
      index: old.index,
      old: old.spec,
      spec: policySpec(resolved),
      newConfig: resolved,
      options: { ...TRANSPLANT, weights, allowDrop: true, rename },
    });
  }
}

function expectedPolicy({ resolved }: ExplainTarget): ExpectedPolicy {
  const { observations, parameters } = policySpec(resolved);
  return { observations, parameters: new Map(parameters.map((entry) => [entry.key, entry])) };
}

function plannedKeys(plan: AdaptPlan, rename: Renames): PlannedKeys {
  const inherited = plan.keys.filter(({ fate }) => fate !== 'initialised');
  const oldNames = new Map(inherited.map(({ key }) => [key, oldNameOf(key, rename)]));
  return {
    plan,
    byKey: new Map(plan.keys.map((entry) => [entry.key, entry])),
    oldNames,
    newNames: new Map([...oldNames].map(([key, old]) => [old, key])),
    dropped: new Set(plan.dropped),
  };
}

function oldNameOf(key: string, rename: Renames): string {
  const { normalizer, encoder } = observationOf(key) ?? {};
  const now = normalizer ?? encoder;
  const [before] = [...rename].find(([, to]) => to === now) ?? [];
  return before === undefined ? key : key.replace(`.${now}.`, `.${before}.`);
}

/** Makes it when it is first asked for, and keeps it. */
export function once<T>(make: () => T | undefined): () => Attempt<T> {
  let made: Attempt<T> | undefined;
  return () => {
    made ??= attempted(make);
    return made;
  };
}

function attempted<T>(make: () => T | undefined): Attempt<T> {
  try {
    const value = make();
    return value === undefined ? {} : { value };
  } catch (problem) {
    if (problem instanceof RegripError) return { problem };
    throw problem;
  }
}

/** Names of one tensor that an explanation lists; policies have two. */
const MAX_ALIASES = 8;

function fileTensors(tensors: readonly TensorInfo[]): Map<string, FileTensor> {
  const names = new Map<string, string[]>();
  for (const { key, alias = key } of tensors) {
    const known = names.get(alias) ?? [];
    if (known.length <= MAX_ALIASES) names.set(alias, [...known, key]);
  }
  return new Map(
    tensors.map(({ key, shape, dtype, alias = key }) => {
      const aliases = names.get(alias)!.filter((name) => name !== key);
      return [key, { shape, dtype, aliases: aliases.slice(0, MAX_ALIASES) }];
    }),
  );
}
