/** A data set that would make the first loss NaN is named before a training begins. */
import type { RegripError } from '../base/errors.js';
import { openDataSet } from '../formats/dataSets.js';
import { dataSetFacts } from '../judge/gripper/dataFacts.js';
import { notFiniteArrays } from '../judge/gripper/dataNotFinite.js';
import { columnsOf } from '../judge/policy/columnOf.js';
import type { PolicySpec } from '../judge/policy/spec.js';
import { TrainingError } from './trainingError.js';

/** Reads the columns that the policy reads; throws `data-set-not-finite`. */
export async function requireFiniteData(
  path: string,
  spec: Pick<PolicySpec, 'observations' | 'columns'>,
  signal?: AbortSignal,
): Promise<void> {
  const data = await openDataSet(path, { judged: 'at-read' });
  const facts = await dataSetFacts(data, signal).finally(() => data.close());
  const read = new Set(
    ['action', ...spec.observations.map(({ key }) => key)].flatMap((name) => columnsOf(spec, name)),
  );
  const bad = notFiniteArrays(facts).filter(({ array }) => read.has(array));
  if (bad.length > 0)
    throw notFiniteData(
      path,
      bad.map(({ text }) => text),
    );
}

export function notFiniteData(file: string, texts: readonly string[]): RegripError {
  return new TrainingError({
    code: 'data-set-not-finite',
    file,
    message: `${texts.join('; ')}: the normaliser and the first loss would be NaN`,
    hint: 'Convert the recordings again without that episode, or correct the values; regrip check names them too.',
  });
}
