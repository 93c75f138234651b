/** An average beside BatchNorm: upstream's follows the parameters and never the running statistics, so what is deployed sees images in another scale. */
import { RegripError } from '../../../base/errors.js';
import { knownFamily, policySpec } from '../../policy/families.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';

const USE_EMA = 'training.use_ema';

export const emaBatchNorm: Check = {
  run: (context) => {
    const isFollowed = context.target.runner === 'builtin'; // its average takes the statistics over
    const path = isFollowed || context.value(USE_EMA) !== true ? undefined : trainedBatchNorm(context);
    if (path === undefined) return [];
    const message =
      "The image encoders have BatchNorm, and upstream's EMAModel does not follow its running statistics: the EMA, which is evaluated and deployed, normalises images by those from before the training. Use GroupNorm, freeze the encoders, or train with the builtin runner";
    const related = [{ span: context.span(USE_EMA), message: 'the EMA is on' }];
    const fixes = /group_norm$/.test(path) ? fixOf('Use GroupNorm', context.replace(path, 'true')) : [];
    return [context.finding('ema-batch-norm', context.span(path), message, { related, fixes })];
  },
};

/** The setting behind it; undefined where there is none, or a frozen encoder keeps its statistics. What cannot be built is told elsewhere. */
function trainedBatchNorm(context: CheckContext): string | undefined {
  const { resolved } = context.survey;
  const family = knownFamily(resolved);
  if (family?.batchNormSetting === undefined) return undefined;
  if (family.freezePath !== undefined && context.value(family.freezePath) === true) return undefined;
  try {
    return family.batchNormSetting(policySpec(resolved));
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}
