/** Which settings a config.json of LeRobot gives: null stands for nothing, and versions of LeRobot differ in some defaults. */
import type { PlainMap } from '../../../base/plain.js';
import { mapAt, optional, PolicyConfigError } from '../config.js';

/** Throws `PolicyConfigError`. LeRobot itself writes every setting into config.json. */
export function requireGiven(config: PlainMap, name: string): void {
  const path = ['policy', name];
  if (optional(config, path) !== undefined) return;
  throw new PolicyConfigError(
    path,
    'is missing, and versions of LeRobot differ in what they take then',
    'Write into config.json what the training had; LeRobot itself saves every setting there.',
  );
}

/** LeRobot writes null where a setting is left out; those of `kept` mean something else by it. */
export function withoutNull(resolved: PlainMap, ...kept: readonly string[]): PlainMap {
  const settings = Object.entries(mapAt(resolved, ['policy']));
  const given = settings.filter(([name, value]) => value !== null || kept.includes(name));
  return { policy: Object.fromEntries(given) };
}
