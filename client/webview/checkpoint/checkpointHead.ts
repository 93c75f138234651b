/** The few numbers that say what a checkpoint is. */
import type { CheckpointView } from '../../editors/checkpointMessages.js';
import { fileSize, whole } from '../format.js';
import { headNumber } from '../headNumber.js';
import { t } from '../words.js';

export function checkpointNumbers(view: CheckpointView): HTMLElement[] {
  const { actionDim, epoch, globalStep, bytes, stateDicts, shown, policy } = view;
  const dict = stateDicts[shown];
  const isOptimizer = dict?.kind === 'optimizer';
  return [
    headNumber(t('Actions'), actionDim === null ? undefined : t('{0}-D', actionDim)),
    headNumber(t('Epoch'), epoch === null ? undefined : whole(epoch)),
    headNumber(t('Global step'), globalStep === null ? undefined : whole(globalStep)),
    headNumber(
      isOptimizer ? t('Moments') : t('Parameters'),
      dict && whole(dict.values),
      dict && t('{0} keys', whole(dict.keys)),
    ),
    headNumber(t('File'), bytes === null ? undefined : fileSize(bytes)),
    headNumber(t('Policy'), undefined, policy ?? undefined),
  ].flatMap((pair) => pair ?? []);
}
