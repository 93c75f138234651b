/** How many windows, batches and updates a training has, from only the config and the data set's headers. */
import { limitEpisodes, validationMask, windowsOf } from '../../windows/windows.js';
import type { CheckContext } from '../context.js';
import { dataSetHeaders, type NamedDataSet } from './dataSet.js';

export interface TrainingSize {
  readonly data: NamedDataSet;
  readonly windows: number;
  readonly batchSize: number;
  readonly batches: number;
  readonly dropsLast: boolean;
}

/** There is one window per step: data sets of years would only cost time here. */
const MAX_STEPS = 2_000_000;

/** Undefined where the config or the data set does not say. */
export async function trainingSize(context: CheckContext): Promise<TrainingSize | undefined> {
  const data = await dataSetHeaders(context);
  const batchSize = context.number('dataloader.batch_size');
  const horizon = context.number('task.dataset.horizon') ?? context.number('horizon');
  if (data === undefined || batchSize === undefined || horizon === undefined || batchSize < 1 || horizon < 1)
    return undefined;
  const { episodeEnds } = data.headers;
  if ((episodeEnds.at(-1) ?? 0) > MAX_STEPS) return undefined;
  const count = (key: string, otherwise: number) => context.number(`task.dataset.${key}`) ?? otherwise;
  const held = validationMask(episodeEnds.length, count('val_ratio', 0), count('seed', 42));
  const trained = limitEpisodes(
    held.map((isHeld) => !isHeld),
    context.number('task.dataset.max_train_episodes'),
    count('seed', 42),
  );
  const length = horizon + count('n_latency_steps', 0);
  const options = { length, padBefore: count('pad_before', 0), padAfter: count('pad_after', 0) };
  const windows = windowsOf(episodeEnds, trained, options).length;
  const dropsLast = context.value('dataloader.drop_last') === true;
  const batches = dropsLast ? Math.floor(windows / batchSize) : Math.ceil(windows / batchSize);
  return { data, windows, batchSize, batches, dropsLast };
}
