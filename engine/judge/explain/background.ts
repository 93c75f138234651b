/** What explanations of one checkpoint against one target share, each part made when it is first needed. */
import { RegripError } from '../../base/errors.js';
import type { PlainMap } from '../../base/plain.js';
import { resolvePlain } from '../../config/resolve/resolve.js';
import type { CheckpointIndex, TensorInfo } from '../../formats/checkpoint/types.js';
import { oldPolicy } from '../adapt/oldPolicy.js';
import { planAdaptation } from '../adapt/plan.js';
import { withRecordedPoses } from '../adapt/recordedPoses.js';
import { type AdaptOptions, type AdaptPlan, type KeyPlan, TRANSPLANT } from '../adapt/types.js';
import {
  familyOfSpec,
  knownFamily,
  policySpec,
  roleOf,
  type UnknownPolicyError,
  unknownPolicy,
} from '../policy/families.js';
import { type PolicyFamily, renamedKey } from '../policy/family.js';
import type { KeyRole } from '../policy/keyRole.js';
import { asSaved } from '../policy/savedNormalizer.js';
import type { ParameterSpec, PolicySpec } from '../policy/spec.js';
import type { ExplainFacts, ExplainTarget, FileTensor } from './types.js';

/** Neither where it was not asked for: without a checkpoint there is no plan. */
export interface Attempt<T> {
  readonly value?: T;
  readonly problem?: RegripError;
}

interface ExpectedPolicy {
  readonly spec: PolicySpec;
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
  /** Of the same config; undefined where that names no policy, or there is none. */
  readonly family: PolicyFamily | undefined;

  constructor(readonly facts: ExplainFacts) {
    const { index, target, rename = TRANSPLANT.rename } = facts;
    this.stateDict = index?.stateDicts.ema_model === undefined ? 'model' : 'ema_model';
    const config = target === undefined ? index?.config : target.resolved;
    this.unknownPolicy = unknownPolicy(config);
    this.family = knownFamily(config);
    this.spec = once(() => target && expectedPolicy(target, index?.stateDicts[this.stateDict]));
    this.oldConfig = once(() => index?.config && resolvePlain(index.config, ['policy']));
    this.plan = once(() => index && target && plannedKeys(this.adaptation(index, target, rename), rename));
  }

  /** What the key is in the policy that is known, or in any. */
  roleOf(key: string): KeyRole | undefined {
    if (this.unknownPolicy !== undefined) return undefined;
    return this.family === undefined ? roleOf(key) : this.family.roleOf(key, this.spec().value?.spec ?? {});
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
  private adaptation(index: CheckpointIndex, { resolved }: ExplainTarget, rename: Renames): Adaptation {
    const weights = this.stateDict === 'ema_model' ? 'ema' : 'model';
    const file = oldPolicy({ index, weights });
    const { columns = new Map(), map } = this.facts;
    const policies = withRecordedPoses({ old: file.spec, spec: policySpec(resolved) }, columns, rename);
    const plan = planAdaptation({
      index: file.index,
      ...policies,
      newConfig: resolved,
      options: { ...TRANSPLANT, weights, allowDrop: true, rename, ...(map && { map }) },
    });
    return { plan, ...policies };
  }
}

interface Adaptation {
  readonly plan: AdaptPlan;
  readonly spec: PolicySpec;
  readonly old: PolicySpec;
}

/** `saved` is what it is explained against. */
function expectedPolicy({ resolved }: ExplainTarget, saved: readonly TensorInfo[] = []): ExpectedPolicy {
  const spec = asSaved(policySpec(resolved), saved);
  return { spec, parameters: new Map(spec.parameters.map((entry) => [entry.key, entry])) };
}

function plannedKeys(adaptation: Adaptation, rename: Renames): PlannedKeys {
  const { plan } = adaptation;
  const inherited = plan.keys.filter(({ fate }) => fate !== 'initialised');
  const oldNames = new Map(inherited.map(({ key }) => [key, oldNameOf(key, adaptation, rename)]));
  return {
    plan,
    byKey: new Map(plan.keys.map((entry) => [entry.key, entry])),
    oldNames,
    newNames: new Map([...oldNames].map(([key, old]) => [old, key])),
    dropped: new Set(plan.dropped),
  };
}

function oldNameOf(key: string, { spec, old }: Adaptation, rename: Renames): string {
  const family = familyOfSpec(spec);
  const { of: now } = family.placeOf(key, spec);
  if (now === undefined) return key;
  const [before = now.name] = [...rename].find(([, to]) => to === now.name) ?? [];
  return renamedKey(key, now, family.nameInKeys?.(before, old) ?? before);
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
