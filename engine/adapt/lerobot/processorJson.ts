/** The processors' JSON for the new policy: the features that a step lists, its modes and the names of its actions; all else stays as it is. */
import { isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import type { PolicyFeatures } from '../../formats/lerobot/features.js';
import type { Processor } from '../../formats/lerobot/processors.js';
import type { AxisSource } from '../../judge/adapt/sources.js';

export interface ProcessorChange {
  readonly old: PolicyFeatures;
  readonly now: PolicyFeatures;
  /** Old feature → new one. */
  readonly rename: ReadonlyMap<string, string>;
  /** `normalization_mapping` of the new config. */
  readonly modes: Plain | undefined;
  /** Where each action of the new policy is from. */
  readonly actions: AxisSource;
  /** Of each action, where the data set names them. */
  readonly actionNames: readonly string[] | undefined;
}

export function changedProcessor({ json }: Processor, change: ProcessorChange): PlainMap {
  const steps = json['steps'] as readonly Plain[];
  return { ...json, steps: steps.map((step) => changedStep(step as PlainMap, change)) };
}

function changedStep(step: PlainMap, change: ProcessorChange): PlainMap {
  const config = step['config'];
  if (!isPlainMap(config)) return step;
  const { features, norm_map: modes, action_names: names } = config;
  return {
    ...step,
    config: {
      ...config,
      ...(isPlainMap(features) && { features: changedFeatures(features, change) }),
      ...(isPlainMap(modes) && isPlainMap(change.modes) && { norm_map: change.modes }),
      ...(Array.isArray(names) && { action_names: changedNames(names, change) }),
    },
  };
}

/** In the order in which the step had them; a step that lists every old input lists the new policy's further ones too. */
function changedFeatures(features: PlainMap, { old, now, rename }: ProcessorChange): PlainMap {
  const kept = Object.entries(features).flatMap(([name, feature]): [string, Plain][] => {
    if (!old.all.has(name)) return [[name, feature]];
    const after = rename.get(name) ?? name;
    return now.all.has(after) ? [[after, shown(now, after)]] : [];
  });
  const listsInputs = [...old.inputs.keys()].every((name) => Object.hasOwn(features, name));
  const wanted = listsInputs ? now.all : now.outputs;
  const known = new Set(kept.map(([name]) => name));
  const added = [...wanted.keys()].filter((name) => !known.has(name));
  return Object.fromEntries([...kept, ...added.map((name) => [name, shown(now, name)] as const)]);
}

function shown({ all }: PolicyFeatures, name: string): PlainMap {
  const { type, shape } = all.get(name)!;
  return { type, shape };
}

/** LeRobot tells by the names which actions are relative to the state, so each keeps its own. */
function changedNames(names: readonly Plain[], { actions, actionNames }: ProcessorChange): Plain[] {
  return actions.map((old, index) => {
    const before = old === null ? undefined : names[old];
    return before ?? actionNames?.[index] ?? `action_${index}`;
  });
}
