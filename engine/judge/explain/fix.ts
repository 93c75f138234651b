/** The call that makes a checkpoint fit the config, as far as a call can. */
import { asNumber, at, type Plain, type PlainMap } from '../../base/plain.js';
import { valueAt } from '../../config/origin.js';
import type { CheckpointIndex } from '../../formats/checkpoint/types.js';
import { planAdvice, refusal } from '../adapt/advice.js';
import { adaptCall, adaptedName } from '../adapt/call.js';
import { suggestedMaps } from '../adapt/dimensions.js';
import { mapTexts } from '../adapt/mapEntry.js';
import type { AdaptPlan } from '../adapt/types.js';
import { configPathsOf, familyOfSpec } from '../policy/families.js';
import type { PolicySpec } from '../policy/spec.js';
import type { Background } from './background.js';
import { sourceOf } from './sources.js';
import type { ExplainTarget } from './types.js';

/**
 * Undefined without a config, and where adapt would refuse the file altogether. Where a part of the old policy would be lost, the call renames or
 * keeps what it can.
 */
export function fittingCall(background: Background): string | undefined {
  const { facts, plan, oldConfig, spec } = background;
  const { index, target, rename = [], map = new Map() } = facts;
  if (target === undefined) return undefined;
  const expected = spec().value?.spec;
  if (expected !== undefined && refusal(index?.config, expected) !== undefined) return undefined;
  const answers = answersTo(background);
  if (answers === undefined) return undefined;
  const { plan: planned } = plan().value ?? {};
  const old = oldConfig().value;
  // Overrides, which would keep what is lost, are not for LeRobot's files.
  const isLost = isLerobot(expected) && (planned?.losses.length ?? 0) > 0;
  if (isLost && planned!.suggestedRenames.size === 0 && suggestedMaps(planned!.dimensions).length === 0)
    return undefined;
  const kept =
    planned && old && !isLerobot(expected) ? keptValues(planned, old, target) : new Map<string, string>();
  const keepsAction = [...kept.keys()].some((key) => ACTION_WIDTH.test(key));
  return adaptCall({
    from: index?.path ?? (isLerobot(expected) ? 'OLD' : 'OLD.ckpt'),
    to: outputOf(index, expected, keepsAction ? planned!.oldActionDim : expected?.actionDim),
    primary: target.primary,
    overrides: [...target.overrides.filter((override) => !kept.has(keyOf(override))), ...kept.values()],
    renames: [...rename, ...(planned?.suggestedRenames ?? [])],
    maps: [...mapTexts(map), ...suggestedMaps(planned?.dimensions ?? [])],
    more: answers,
  });
}

/** Options that the file needs to be planned at all; undefined where adapt would refuse it whatever the options. */
function answersTo({ facts: { index }, plan, spec, stateDict }: Background): readonly string[] | undefined {
  const { problem } = plan();
  if (problem === undefined) return [];
  const expected = spec().value?.spec;
  if (index === undefined || expected === undefined) return undefined;
  const isWaiting =
    problem.code === 'key-prefix' || (problem.code === 'old-config' && index.config === undefined);
  if (!isWaiting) return undefined;
  const { options } = planAdvice(index, index.stateDicts[stateDict] ?? [], expected);
  return options.length === 0 ? undefined : options;
}

/** Its policies are folders. */
function isLerobot(spec: PolicySpec | undefined): boolean {
  return spec !== undefined && familyOfSpec(spec).trainedBy !== undefined;
}

function outputOf(
  index: CheckpointIndex | undefined,
  expected: PolicySpec | undefined,
  actionDim: number | undefined,
): string {
  const isFolder = isLerobot(expected);
  if (index === undefined || actionDim === undefined) return isFolder ? 'NEW' : 'NEW.ckpt';
  return adaptedName(index.path, actionDim, isFolder);
}

/** Settings that the number of action dimensions is written in. */
const ACTION_WIDTH = /(?:^|\.)(?:action\.shape|action_dim)$/;

/** Overrides, by their key, that give the values back by which the old policy had what the new one would lose. */
function keptValues({ losses }: AdaptPlan, old: PlainMap, target: ExplainTarget): Map<string, string> {
  const paths = losses.flatMap(({ key }) => (key.startsWith('policy.') ? [key] : configPathsOf(key)));
  const kept = [...new Set(paths.map(settable))].flatMap((path) => {
    const [before, now] = [valueAt(old, path), valueAt(target.resolved, path)];
    const [text, other] = [overrideText(before), overrideText(now)];
    const stays = text === undefined || other === undefined || text === other;
    if (stays || isWidening(path, before, now)) return [];
    const key = sourceOf(path, target).writtenAs ?? path;
    return [[key, `${key}=${text}`] as const];
  });
  return new Map(kept);
}

/** Hydra overrides lists as a whole. */
function settable(path: string): string {
  return path.replace(/\.\d+$/, '');
}

/** What an adaptation is for. */
function isWidening(path: string, before: Plain | undefined, now: Plain | undefined): boolean {
  const [old, here] = [before, now].map((shape) => asNumber(at(shape, [0])));
  return path.endsWith('.shape') && old !== undefined && here !== undefined && here > old;
}

/** Of a number, a switch or a list of up to two numbers; the size of an image is the camera's matter. */
function overrideText(value: Plain | undefined): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (!Array.isArray(value)) return asNumber(value)?.toString();
  const entries = value.map((entry: Plain) => asNumber(entry));
  return entries.length > 2 || entries.includes(undefined) ? undefined : `[${entries.join(',')}]`;
}

/** `+a.b=1` sets `a.b`. */
function keyOf(override: string): string {
  return override.replace(/^[+~]+/, '').replace(/=.*$/s, '');
}
