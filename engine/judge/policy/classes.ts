/** The policy classes that are known here, and what every command says of another one. */
import { isPlainMap, type PlainMap } from '../../base/plain.js';
import { lastName, optional, PolicyConfigError, textAt } from './config.js';

/** Last names: projects keep the class in modules of their own. */
export const POLICY_CLASSES: readonly string[] = ['DiffusionTransformerHybridImagePolicy'];

export const POLICY_TARGET = ['policy', '_target_'] as const;

/** The config names a policy class that is not in the table. */
export class UnknownPolicyError extends PolicyConfigError {
  constructor(target: string) {
    super(
      POLICY_TARGET,
      `is ${target}, a policy class that Regrip does not know; it knows ${POLICY_CLASSES.join(', ')}`,
      `adapt, explain, evaluate, predict and finetune work on a known class only; your own train.py trains ${lastName(target)} as it stands.`,
    );
  }
}

/** Throws `PolicyConfigError` where the config names no policy, `UnknownPolicyError` where it names one that is not known. */
export function requireKnownPolicy(config: PlainMap): void {
  const target = textAt(config, POLICY_TARGET);
  if (!POLICY_CLASSES.includes(lastName(target))) throw new UnknownPolicyError(target);
}

/** The same as an answer, for a config that may be another one's altogether; undefined where it names no policy, or a known one. */
export function unknownPolicy(config: PlainMap | undefined): UnknownPolicyError | undefined {
  const target = config && optional(config, POLICY_TARGET);
  if (typeof target !== 'string' || !isPlainMap(config?.['policy'])) return undefined;
  const isOpen = target === '???' || target.includes('${');
  return isOpen || POLICY_CLASSES.includes(lastName(target)) ? undefined : new UnknownPolicyError(target);
}
