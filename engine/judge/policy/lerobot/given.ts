/** Settings that a config.json of LeRobot must give, because versions of LeRobot differ in their defaults. */
import type { PlainMap } from '../../../base/plain.js';
import { optional, PolicyConfigError } from '../config.js';

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
