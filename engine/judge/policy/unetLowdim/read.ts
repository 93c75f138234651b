/** Reads the config of a UNet low-dim policy: its steps and widths, how it is told the observation, and the UNet below `policy.model`. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { readUnet, requireWholeSteps } from '../conditionalUnet1d/read.js';
import type { UnetShape } from '../conditionalUnet1d/shape.js';
import { booleanAt, countAt, mapAt, optional, PolicyConfigError } from '../config.js';
import type { AxisSegment } from '../family.js';
import { lowdimTrajectory, OBSERVATION, readLowdim, requireNetwork } from '../lowdim.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { policyParameters } from './keys.js';
import { ID, type UnetLowdimSpec } from './spec.js';

const MODEL = ['policy', 'model'] as const;
const NETWORK = 'ConditionalUnet1D';
/** All that its constructor takes. */
export const NETWORK_ARGUMENTS: readonly string[] = [
  'input_dim',
  'local_cond_dim',
  'global_cond_dim',
  'diffusion_step_embed_dim',
  'down_dims',
  'kernel_size',
  'n_groups',
  'cond_predict_scale',
];
const GLOBAL = ['policy', 'obs_as_global_cond'] as const;
const LOCAL = ['policy', 'obs_as_local_cond'] as const;
const ACTION_STEPS_ONLY = ['policy', 'pred_action_steps_only'] as const;

type Base = ReturnType<typeof readBase>;
type Switches = Pick<UnetLowdimSpec, 'observedAs' | 'actionStepsOnly' | 'actsFromLastObserved'>;

/** Upstream's defaults where a key is absent. */
export function readUnetLowdim(resolved: PlainMap): UnetLowdimSpec {
  mapAt(resolved, ['policy']);
  requireNetwork(resolved, NETWORK);
  refuseOtherArguments(resolved);
  const base = readBase(resolved);
  requireObserved(base);
  const widths = readLowdim(resolved);
  const switches = readSwitches(resolved);
  const settings = readUnet(resolved, MODEL, { kernelSize: 3, predictScale: false });
  const trajectory = lowdimTrajectory(base, {
    from: switches.actsFromLastObserved ? base.obsSteps - 1 : base.obsSteps,
    isInpainted: switches.observedAs === 'inpainted',
    actionStepsOnly: switches.actionStepsOnly,
  });
  const stepsPath = ['policy', switches.actionStepsOnly ? 'n_action_steps' : 'horizon'];
  requireWholeSteps(trajectory.steps, settings.downDims, stepsPath);
  requireWidths(resolved, switches, widths.actionDim, widths.obsFeatureDim, base.obsSteps);
  const seen = conditions(switches, widths.actionDim, widths.obsFeatureDim, base.obsSteps);
  const hyper: Hyper<UnetLowdimSpec> = {
    family: ID,
    ...base,
    ...widths,
    ...switches,
    trajectory,
    unet: { ...settings, ...seen },
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

/** Of the constructor, with what it asserts. */
function readSwitches(config: PlainMap): Switches {
  const [isGlobal, isLocal] = [booleanAt(config, GLOBAL, false), booleanAt(config, LOCAL, false)];
  if (isGlobal && isLocal)
    throw new PolicyConfigError(
      LOCAL,
      `is true while ${GLOBAL.join('.')} is true`,
      'The observation is one condition or the other: set one of them to false.',
    );
  const actionStepsOnly = booleanAt(config, ACTION_STEPS_ONLY, false);
  if (actionStepsOnly && !isGlobal)
    throw new PolicyConfigError(
      ACTION_STEPS_ONLY,
      `is true while ${GLOBAL.join('.')} is false`,
      `Set ${GLOBAL.join('.')} to true, or predict the whole horizon.`,
    );
  return {
    observedAs: isGlobal ? 'global condition' : isLocal ? 'local condition' : 'inpainted',
    actionStepsOnly,
    actsFromLastObserved: booleanAt(config, ['policy', 'oa_step_convention'], false),
  };
}

/** What the UNet denoises, and what conditions it: each observed step has columns of its own. */
function conditions(
  { observedAs }: Switches,
  actionDim: number,
  obsDim: number,
  obsSteps: number,
): Pick<UnetShape, 'input' | 'globalCondition' | 'localCondition'> {
  const action: AxisSegment = { of: 'action', width: actionDim };
  const observation = { of: 'observation', key: OBSERVATION, width: obsDim } as const;
  switch (observedAs) {
    case 'inpainted':
      return { input: [action, observation] };
    case 'local condition':
      return { input: [action], localCondition: [observation] };
    case 'global condition': {
      const steps = Array.from({ length: obsSteps }, (_, step) => ({ ...observation, step }));
      return { input: [action], globalCondition: steps };
    }
  }
}

function requireWidths(
  config: PlainMap,
  { observedAs }: Switches,
  actionDim: number,
  obsDim: number,
  obsSteps: number,
): void {
  const how = `as the observation is ${observedAs === 'inpainted' ? '' : 'a '}${observedAs}`;
  const [isGlobal, isLocal] = [observedAs === 'global condition', observedAs === 'local condition'];
  if (observedAs === 'inpainted')
    requireWidth(config, 'input_dim', actionDim + obsDim, `policy.action_dim + policy.obs_dim, ${how}`);
  else requireWidth(config, 'input_dim', actionDim, `policy.action_dim, ${how}`);
  if (isGlobal)
    requireWidth(config, 'global_cond_dim', obsDim * obsSteps, `policy.obs_dim × policy.n_obs_steps, ${how}`);
  else requireNone(config, 'global_cond_dim', how);
  if (isLocal) requireWidth(config, 'local_cond_dim', obsDim, `policy.obs_dim, ${how}`);
  else requireNone(config, 'local_cond_dim', how);
}

function requireWidth(config: PlainMap, name: string, expected: number, why: string): void {
  const path = [...MODEL, name];
  if (optional(config, path) === null)
    throw new PolicyConfigError(path, `is null, expected ${expected} (${why})`);
  const found = countAt(config, path, { least: 0, most: MAX_WIDTH * MAX_WIDTH });
  if (found !== expected) throw new PolicyConfigError(path, `is ${found}, expected ${expected} (${why})`);
}

/** A condition that nobody hands over: the network would fail on it, or hold an encoder that is never used. */
function requireNone(config: PlainMap, name: string, why: string): void {
  const path = [...MODEL, name];
  const found = optional(config, path);
  if (found === undefined || found === null) return;
  throw new PolicyConfigError(path, `is ${JSON.stringify(found)}, expected null (${why})`);
}

function requireObserved({ obsSteps, horizon }: Base): void {
  if (obsSteps <= horizon) return;
  const found = `is ${obsSteps}, but policy.horizon is ${horizon}: a window has no more steps than that`;
  throw new PolicyConfigError(['policy', 'n_obs_steps'], found);
}

/** Who gives it more has another network of that name, with keys of its own. What Hydra consumes begins with an underscore. */
function refuseOtherArguments(config: PlainMap): void {
  const other = Object.keys(mapAt(config, MODEL)).find(
    (name) => !name.startsWith('_') && !NETWORK_ARGUMENTS.includes(name),
  );
  if (other === undefined) return;
  throw new PolicyConfigError(
    [...MODEL, other],
    `is given, but upstream’s ${NETWORK} takes no such argument: this is another network, whose keys are not known`,
  );
}
