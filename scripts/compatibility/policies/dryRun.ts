/** What Regrip makes of one config: its policy, and the plan of giving it one action dimension more, from headers that the old config implies. */
import { RegripError } from '../../../engine/base/errors.js';
import { asNumber, at, isPlainMap, type Plain, type PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { lastName } from '../../../engine/judge/policy/config.js';
import { knownFamily, policySpec } from '../../../engine/judge/policy/families.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';

export interface Judged {
  /** The policy's class; undefined where the config names none. */
  readonly class: string | undefined;
  /** It has a noise schedule. */
  readonly isDiffusion: boolean;
  readonly isKnown: boolean;
  readonly spec?: PolicySpec;
  readonly isPlanned: boolean;
  /** Why it is not planned. */
  readonly refused?: string;
}

/** Where configs give the width of the actions. */
const WIDTHS = [
  'policy.shape_meta.action.shape.0',
  'policy.action_dim',
  'policy.model.input_dim',
  'policy.model.output_dim',
];

export function judged(resolved: PlainMap): Judged {
  const target = at(resolved, ['policy', '_target_']);
  const name = typeof target === 'string' ? lastName(target) : undefined;
  const isDiffusion = name !== undefined && isPlainMap(at(resolved, ['policy', 'noise_scheduler']));
  const facts = { class: name, isDiffusion, isKnown: knownFamily(resolved) !== undefined };
  if (!isDiffusion) return { ...facts, isPlanned: false };
  try {
    const old = policySpec(resolved);
    try {
      plan(resolved, old);
      return { ...facts, spec: old, isPlanned: true };
    } catch (error) {
      return { ...facts, spec: old, isPlanned: false, refused: reason(error) };
    }
  } catch (error) {
    return { ...facts, isPlanned: false, refused: reason(error) };
  }
}

/** Throws what `adapt` would say, `AdaptationLoss` where anything of the old policy had no place. */
function plan(resolved: PlainMap, old: PolicySpec): void {
  const newConfig = widened(resolved);
  const spec = policySpec(newConfig);
  if (spec.actionDim !== old.actionDim + 1)
    throw new Error(`the actions stayed ${spec.actionDim} wide: ${WIDTHS.join(', ')} do not set them`);
  const weights = at(newConfig, ['training', 'use_ema']) === false ? 'model' : 'ema';
  planAdaptation({
    ...{ index: indexOf(old, resolved), old, spec, newConfig },
    options: { ...TRANSPLANT, weights },
  });
}

function widened(resolved: PlainMap): PlainMap {
  return WIDTHS.reduce<Plain>((config, path) => oneMore(config, path.split('.')), resolved) as PlainMap;
}

/** The value with one more where `steps` lead to a number; itself elsewhere. */
function oneMore(value: Plain, [step, ...rest]: readonly string[]): Plain {
  if (step === undefined) return (asNumber(value) ?? Number.NaN) + 1;
  const child =
    (Array.isArray(value) ? value[Number(step)] : isPlainMap(value) ? value[step] : undefined) ?? null;
  if (child === null || (rest.length === 0 && asNumber(child) === undefined)) return value;
  const next = oneMore(child, rest);
  if (!Array.isArray(value)) return { ...(value as PlainMap), [step]: next };
  return value.map((entry: Plain, index) => (index === Number(step) ? next : entry));
}

/** A checkpoint of the old policy, by its headers. */
function indexOf({ parameters }: PolicySpec, config: PlainMap): CheckpointIndex {
  const tensors = parameters.map(({ key, shape, dtype, alias }, place) => ({
    ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: String(place) },
    ...(alias !== undefined && { alias }),
  }));
  return {
    ...{ path: 'old.ckpt', optimizer: undefined, pickles: {}, config, unexpectedGlobals: [] },
    stateDicts: { model: tensors, ema_model: tensors },
  };
}

function reason(error: unknown): string {
  if (error instanceof RegripError) return error.message;
  throw error;
}
