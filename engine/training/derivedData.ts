/** Policies that see what only the data set class of their own training computes: no data set is read for them here. */
import { stat } from 'node:fs/promises';
import type { RegripError } from '../base/errors.js';
import { missingDataSet } from '../formats/otherDataSet.js';
import { familyOfSpec } from '../judge/policy/families.js';
import type { PolicySpec } from '../judge/policy/spec.js';
import { TrainingError } from './trainingError.js';

export function isDerived(spec: Pick<PolicySpec, 'family'>): boolean {
  return familyOfSpec(spec).derivesColumns === true;
}

/** What a job says that needs their data here. */
export function derivedData(file: string, spec: Pick<PolicySpec, 'family'>): RegripError {
  return new TrainingError({
    code: 'data-set-derived',
    file,
    message: `is not read for a ${familyOfSpec(spec).name}: what the policy sees, the data set class of its own training computes (relative poses, 6-D rotations)`,
    hint: 'Fine-tune it with --runner python, which starts your own train.py; measure it with the scripts of that project.',
  });
}

/** All that can be asked of such a data set. Throws `DataSetError`. */
export async function requireThere(dataSet: string): Promise<void> {
  await stat(dataSet).catch((error: unknown) => {
    throw missingDataSet(dataSet, error);
  });
}
