/** A policy with cameras that inpaints its observations needs those of every step in training, of which upstream's data sets load the first alone. */
import { PolicyConfigError } from '../../policy/config.js';
import { policySpec, unknownPolicy } from '../../policy/families.js';
import { observedSteps } from '../../policy/trajectory.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';

const LOADED = 'task.dataset.n_obs_steps';

export const observationSteps: Check = {
  run: (context) => {
    const loaded = context.number(LOADED);
    const needed = loaded === undefined || context.target.runner === 'builtin' ? undefined : stepsOf(context);
    if (loaded === undefined || needed === undefined || loaded >= needed) return [];
    const message = `The policy inpaints the observations of all ${needed} steps, but the data set loads those of the first ${loaded} (${LOADED}): the training ends at its first batch. Set it to ${needed}, or to null for all`;
    return [context.finding('observations-not-loaded', context.keySpan(LOADED), message)];
  },
};

/** Steps of a window whose images the loss needs beside the observed ones; undefined where it needs no more. What cannot be built is told elsewhere. */
function stepsOf({ survey: { resolved } }: CheckContext): number | undefined {
  if (unknownPolicy(resolved) !== undefined) return undefined;
  try {
    const spec = policySpec(resolved);
    const seesImages = spec.observations.some(({ type }) => type === 'rgb');
    const steps = observedSteps(spec);
    return seesImages && steps > spec.obsSteps ? steps : undefined;
  } catch (error) {
    if (error instanceof PolicyConfigError) return undefined;
    throw error;
  }
}
