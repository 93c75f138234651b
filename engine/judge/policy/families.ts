/** The table of policy families, and what every command says of a policy class that none of them answers to. */
import { isPlainMap, type PlainMap } from '../../base/plain.js';
import { JudgeError } from '../judgeError.js';
import { lastName, mapAt, optional, PolicyConfigError, textAt } from './config.js';
import { CONSISTENCY } from './consistency/family.js';
import { refuseForeignSettings } from './contradiction.js';
import { readDimensions } from './dimensionNames.js';
import { DP3 } from './dp3/family.js';
import type { PolicyFamily } from './family.js';
import { configPathsIn, type KeyRole } from './keyRole.js';
import { asWritten } from './lerobot/asWritten.js';
import { lerobotRefusal } from './lerobot/otherTypes.js';
import { LEROBOT_ACT } from './lerobotAct/family.js';
import { LEROBOT_DIFFUSION } from './lerobotDiffusion/family.js';
import type { PolicySpec } from './spec.js';
import { TRANSFORMER_HYBRID } from './transformerHybrid/family.js';
import { TRANSFORMER_LOWDIM } from './transformerLowdim/family.js';
import { TRANSFORMER_TIMM } from './transformerTimm/family.js';
import { UNET_HYBRID } from './unetHybrid/family.js';
import { UNET_IMAGE } from './unetImage/family.js';
import { UNET_LOWDIM } from './unetLowdim/family.js';
import { UNET_R3M } from './unetR3m/family.js';
import { UNET_TARGETED } from './unetTargeted/family.js';
import { UNET_TIMM } from './unetTimm/family.js';
import { whyUnsupported } from './unsupported.js';

/** Where several know a key, and no config says which policy it is, the first counts. */
export const FAMILIES: readonly PolicyFamily[] = [
  TRANSFORMER_HYBRID,
  TRANSFORMER_LOWDIM,
  UNET_HYBRID,
  UNET_IMAGE,
  UNET_LOWDIM,
  UNET_TARGETED,
  CONSISTENCY,
  UNET_TIMM,
  TRANSFORMER_TIMM,
  DP3,
  UNET_R3M,
  LEROBOT_DIFFUSION,
  LEROBOT_ACT,
];

export const POLICY_CLASSES: readonly string[] = FAMILIES.flatMap(({ classes }) => classes);

export const POLICY_TARGET = ['policy', '_target_'] as const;

/** The config names a policy class that is not in the table. */
export class UnknownPolicyError extends PolicyConfigError {
  constructor(target: string, words?: (text: string) => string) {
    const ofLerobot = lerobotRefusal(target);
    const found = ofLerobot ?? whatIsWrong(lastName(target));
    const ownTraining = `adapt, explain, evaluate, predict and finetune need a class that Regrip knows; your own train.py can train ${lastName(target)} as it is.`;
    const hint =
      ofLerobot === undefined
        ? ownTraining
        : 'explain and adapt need one of these two; LeRobot trains and runs it as it is.';
    super(POLICY_TARGET, `is ${target}, ${found}`, hint, words);
  }
}

function whatIsWrong(name: string): string {
  const why = whyUnsupported(name);
  return why === undefined
    ? `a policy class that Regrip does not know; it knows ${POLICY_CLASSES.join(', ')}`
    : `a policy class that Regrip does not support: ${why}`;
}

/** Throws `PolicyConfigError` where the config names no policy, `UnknownPolicyError` where no family answers to its class. */
export function familyOf(config: PlainMap): PolicyFamily {
  const target = textAt(config, POLICY_TARGET);
  const family = byClass(target);
  if (family === undefined)
    throw new UnknownPolicyError(target, isConfigJson(config) ? asWritten : undefined);
  return family;
}

/** The family that read a spec. */
export function familyOfSpec({ family }: Pick<PolicySpec, 'family'>): PolicyFamily {
  const found = FAMILIES.find(({ id }) => id === family);
  if (found === undefined) throw new Error(`the table of policy families has no ${family}`);
  return found;
}

/** Undefined where the config names no policy, or one of a class that no family answers to. */
export function knownFamily(config: PlainMap | undefined): PolicyFamily | undefined {
  const target = config && optional(config, POLICY_TARGET);
  return typeof target === 'string' ? byClass(target) : undefined;
}

/** Whom to ask about a single setting: the config's own family or, where its class is not known, all of them. */
export function familiesFor(config: PlainMap | undefined): readonly PolicyFamily[] {
  const known = knownFamily(config);
  return known === undefined ? FAMILIES : [known];
}

/** The same as an answer, for a config that may be another one's altogether; undefined where it names no policy, or a known one. */
export function unknownPolicy(config: PlainMap | undefined): UnknownPolicyError | undefined {
  const target = config && optional(config, POLICY_TARGET);
  if (typeof target !== 'string' || !isPlainMap(config?.['policy'])) return undefined;
  const isOpen = target === '???' || target.includes('${');
  return isOpen || byClass(target) !== undefined
    ? undefined
    : new UnknownPolicyError(target, isConfigJson(config!) ? asWritten : undefined);
}

/** Before a training, or what runs a policy here. Throws where something else than upstream's `train.py` trains and runs policies of this family. */
export function requireTrainedHere({ name, trainedBy }: PolicyFamily): void {
  if (trainedBy === undefined) return;
  throw new JudgeError({
    code: 'trained-elsewhere',
    message: `the policy is a ${name}, which Regrip checks, explains and adapts, but neither trains nor runs`,
    hint: trainedBy,
  });
}

/**
 * The policy that a whole resolved training config describes. Throws `PolicyConfigError` naming the dotted path of what is missing or
 * wrong.
 */
export function policySpec(resolved: PlainMap): PolicySpec {
  mapAt(resolved, ['policy']);
  const family = familyOf(resolved);
  try {
    return readSpec(resolved, family);
  } catch (error) {
    const isOwn = isConfigJson(resolved) && error instanceof PolicyConfigError;
    throw isOwn ? error.inWords(asWritten) : error;
  }
}

function readSpec(resolved: PlainMap, family: PolicyFamily): PolicySpec {
  refuseForeignSettings(resolved, family, FAMILIES);
  const spec = family.readSpec(resolved);
  const dimensions = readDimensions(resolved, spec);
  return Object.keys(dimensions).length === 0 ? spec : { ...spec, dimensions };
}

/** Whether the user's file is LeRobot's, which has the policy's settings at its top. */
function isConfigJson(config: PlainMap): boolean {
  const [target, type] = [optional(config, POLICY_TARGET), optional(config, ['policy', 'type'])];
  return typeof target === 'string' && target.startsWith('lerobot.policies.') && typeof type === 'string';
}

/** Of a policy, or, where none is known, of any family that has such a key. */
export function roleOf(key: string, spec?: PolicySpec): KeyRole | undefined {
  if (spec !== undefined) return familyOfSpec(spec).roleOf(key, spec);
  for (const family of FAMILIES) {
    const role = family.roleOf(key, {});
    if (role !== undefined) return role;
  }
  return undefined;
}

/** Every config value that a key depends on, those of its dimensions first. */
export function configPathsOf(key: string, spec?: PolicySpec): string[] {
  return configPathsIn(roleOf(key, spec));
}

function byClass(target: string): PolicyFamily | undefined {
  const isCalled = (name: string): boolean => target === name || target.endsWith(`.${name}`);
  return FAMILIES.find(({ classes }) => classes.some(isCalled));
}
