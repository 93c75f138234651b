/** Adapts the reference 7-D checkpoint as the command would, for tests that look at the file or run the policy. */
import { join } from 'node:path';
import { adaptCheckpoint } from '../../engine/adapt/adapt.js';
import { Stream } from '../../engine/base/streams.js';
import { compose } from '../../engine/config/compose.js';
import { TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from './fixtures.js';

export interface Adapted {
  readonly old: string;
  readonly now: string;
}

export async function adaptReference(folder: string): Promise<Adapted> {
  const old = await unpackCheckpoint('policy-7d', folder);
  const now = join(folder, 'adapted.ckpt');
  await adaptCheckpoint({
    oldCheckpoint: old,
    config: await compose(NEW_CONFIG, []),
    dataSet: DATA_SET,
    options: TRANSPLANT,
    output: now,
    overwrite: false,
    random: (position) => new Stream(42, 'initialisation', position),
  });
  return { old, now };
}
