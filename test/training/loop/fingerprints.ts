/** A checkpoint's tensors as digests, to compare two bit by bit. */
import { createHash } from 'node:crypto';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';

/** SHA-256 of every tensor of both policies and of the moments. */
export async function fingerprints(checkpoint: string): Promise<Record<string, string>> {
  const file = await openCheckpoint(checkpoint);
  const hashes: Record<string, string> = {};
  const add = async (name: string, info: Parameters<typeof file.read>[0]) => {
    hashes[name] = createHash('sha256')
      .update(await file.read(info))
      .digest('hex');
  };
  for (const [dict, tensors] of Object.entries(file.index.stateDicts))
    for (const info of tensors) await add(`${dict}.${info.key}`, info);
  for (const [index, state] of file.index.optimizer?.state ?? []) {
    await add(`exp_avg.${index}`, state.expAvg);
    await add(`exp_avg_sq.${index}`, state.expAvgSq);
  }
  await file.close();
  return hashes;
}
