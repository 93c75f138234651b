/** Whether a training has episodes to validate on. */
import type { CheckContext } from './context.js';

const RATIO = 'task.dataset.val_ratio';

/** True only where the training certainly has none. */
export async function hasNoValidation(context: CheckContext): Promise<boolean> {
  const ratio = context.number(RATIO);
  if (ratio !== undefined) return ratio <= 0;
  const target = context.text('task.dataset._target_');
  const isWritten = context.keys('task.dataset').includes('val_ratio');
  const signature = target === undefined || isWritten ? undefined : await context.project?.signature(target);
  const byDefault = signature?.parameters.find(({ name }) => name === 'val_ratio')?.default;
  return byDefault !== undefined && Number(byDefault) <= 0;
}
