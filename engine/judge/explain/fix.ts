/** The call that makes a checkpoint fit the config, as far as a call can. */
import { asNumber, at, type Plain, type PlainMap } from '../../base/plain.js';
import { valueAt } from '../../config/origin.js';
import { refusal } from '../adapt/advice.js';
import { adaptCall, adaptedName } from '../adapt/call.js';
import { suggestedMaps } from '../adapt/dimensions.js';
import type { AdaptPlan } from '../adapt/types.js';
import { configPathsOf } from '../policy/families.js';
import type { Background } from './background.js';
import { sourceOf } from './sources.js';
import type { ExplainTarget } from './types.js';

/**
 * Undefined without a config, and where adapt would refuse the file altogether. Where a part of the old policy would be lost, the call renames or
 * keeps what it can.
 */
export function fittingCall({ facts, plan, oldConfig, spec }: Background): string | undefined {
  const { index, target, rename = [] } = facts;
  if (target === undefined) return undefined;
  const expected = spec().value?.spec;
  if (expected !== undefined && refusal(index?.config, expected) !== undefined) return undefined;
  const { plan: planned } = plan().value ?? {};
  const old = oldConfig().value;
  const kept = planned && old ? keptValues(planned, old, target) : new Map<string, string>();
  return adaptCall({
    from: index?.path ?? 'OLD.ckpt',
    to: index === undefined ? 'NEW.ckpt' : adaptedName(index.path),
    primary: target.primary,
    overrides: [...target.overrides.filter((override) => !kept.has(keyOf(override))), ...kept.values()],
    renames: [...rename, ...(planned?.suggestedRenames ?? [])],
    maps: suggestedMaps(planned?.dimensions ?? []),
  });
}

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
