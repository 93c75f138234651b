/** The reference 7-D checkpoint, adapted to the 8-D config of the small trainings. */
import { join } from 'node:path';
import { adaptCheckpoint } from '../../../engine/adapt/adapt.js';
import { Stream } from '../../../engine/base/streams.js';
import { DATA_SET, unpackCheckpoint } from '../../adapt/fixtures.js';
import { trainingConfig } from './smallRun.js';

export async function adaptedReference(folder: string): Promise<string> {
  const resolved = trainingConfig();
  const output = join(folder, 'adapted.ckpt');
  await adaptCheckpoint({
    oldCheckpoint: await unpackCheckpoint('policy-7d', folder),
    config: { resolved, unresolved: resolved, provenance: new Map(), files: [] },
    dataSet: DATA_SET,
    options: {
      strategy: 'transplant',
      weights: 'ema',
      moments: 'reset',
      allowDrop: false,
      rename: new Map(),
    },
    output,
    overwrite: false,
    random: (position) => new Stream(1, 'initialisation', position),
  });
  return output;
}
