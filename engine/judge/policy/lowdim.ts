/** What policies have in common that see one vector a step: its name, the widths that the config gives, the steps that are predicted. */
import type { PlainMap } from '../../base/plain.js';
import { countAt, lastName, optional, PolicyConfigError, textAt } from './config.js';
import { setBy } from './keyRole.js';
import type { FieldRole } from './normalizer.js';
import { MAX_WIDTH } from './shapeMeta.js';
import type { PolicySpec, TrajectorySpec } from './spec.js';

/** The one observation, in the state dict and in a batch. */
export const OBSERVATION = 'obs';

/** Dotted paths of their widths, by the data set's columns. */
export const COLUMN_WIDTHS = { action: 'policy.action_dim', [OBSERVATION]: 'policy.obs_dim' } as const;

/** By which data set classes are told what the arrays are called. */
export const COLUMN_NAMES = {
  action: 'task.dataset.action_key',
  [OBSERVATION]: 'task.dataset.obs_key',
} as const;

type Widths = Pick<
  PolicySpec,
  'actionDim' | 'observations' | 'cropShape' | 'obsFeatureDim' | 'normalizer' | 'columns'
>;

/** Throws `PolicyConfigError`. */
export function readLowdim(config: PlainMap): Widths {
  const width = (name: string) => countAt(config, ['policy', name], { least: 1, most: MAX_WIDTH });
  const [actionDim, obsDim] = [width('action_dim'), width('obs_dim')];
  return {
    actionDim,
    observations: [{ key: OBSERVATION, type: 'low_dim', shape: [obsDim] }],
    cropShape: [0, 0],
    obsFeatureDim: obsDim,
    ...readColumns(config),
    normalizer: [
      { name: OBSERVATION, width: obsDim, range: 'fitted' },
      { name: 'action', width: actionDim, range: 'fitted' },
    ],
  };
}

/** Absent where each has its usual name. */
function readColumns(config: PlainMap): Pick<PolicySpec, 'columns'> {
  const named = Object.entries(COLUMN_NAMES).flatMap(([name, path]) => {
    const column = optional(config, path.split('.'));
    return typeof column === 'string' && column !== name ? [[name, column] as const] : [];
  });
  return named.length === 0 ? {} : { columns: Object.fromEntries(named) };
}

interface Predicted {
  /** The step of the horizon at which the robot begins to act. */
  readonly from: number;
  readonly isInpainted: boolean;
  /** Nothing but the executed steps is predicted. */
  readonly actionStepsOnly: boolean;
}

/** The executed steps alone, or the whole horizon, with the observations in it where they are not a condition. Throws `PolicyConfigError`. */
export function lowdimTrajectory(
  { horizon, obsSteps, actionSteps }: Pick<PolicySpec, 'horizon' | 'obsSteps' | 'actionSteps'>,
  { from, isInpainted, actionStepsOnly }: Predicted,
): TrajectorySpec {
  if (!actionStepsOnly)
    return { from: 0, steps: horizon, executedFrom: from, inpaintedSteps: isInpainted ? obsSteps : 0 };
  if (from + actionSteps <= horizon) return { from, steps: actionSteps, executedFrom: 0, inpaintedSteps: 0 };
  const found = `is ${actionSteps}, but only ${Math.max(0, horizon - from)} steps of the horizon are left from the first executed one on`;
  throw new PolicyConfigError(['policy', 'n_action_steps'], found);
}

/** The class of the network below `policy.model`. Throws `PolicyConfigError`. */
export function requireNetwork(config: PlainMap, name: string): void {
  const path = ['policy', 'model', '_target_'];
  const target = textAt(config, path);
  if (lastName(target) === name) return;
  const policy = lastName(textAt(config, ['policy', '_target_']));
  throw new PolicyConfigError(
    path,
    `is ${target}, expected a class named ${name}, as policy._target_ is ${policy}`,
    `Name ${name} here, or the policy class of ${lastName(target)} in policy._target_.`,
  );
}

export function lowdimFieldRole(name: string): FieldRole {
  return name === 'action'
    ? { width: setBy('action dimension', COLUMN_WIDTHS.action), existsBy: [] }
    : { width: setBy('observation dimension', COLUMN_WIDTHS[OBSERVATION]), existsBy: [] };
}
