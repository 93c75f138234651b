/** Sound archives with a few bytes changed in their index, headers or directory: what slips through must be read as PyTorch reads it. */
import { crc32 } from 'node:zlib';
import { PyDict } from '../../../engine/formats/pickle/model.js';
import { randomOf } from '../../formats/pickle/programs.js';
import { archive, call, index, storage, tensor, training } from './payloads.js';
import { type Entry, u32 } from './zip.js';

const payload = training(
  {
    'obs.weight': tensor([2, 2], [2, 1]),
    'obs.bias': tensor([2], [1], 2),
    'act.weight': tensor([4], [1], 0, '1'),
    tagged: call('torch._utils', '_rebuild_parameter', tensor([1], [1], 3, '1'), true, null),
  },
  { hook: call('lab', 'hook'), cfg: PyDict.of({ horizon: 16 }) },
);

/** As torch writes it: checksum and sizes behind the data. */
function late(entry: Entry): Entry {
  const { length } = entry.data;
  const after = Buffer.concat([u32(0x08074b50, crc32(entry.data), length, length)]);
  return { ...entry, local: { flags: 0x808, crc: 0, size: 0 }, central: { flags: 0x808 }, after };
}

type Random = (below: number) => number;

/** One to three bytes of `data` flipped or replaced. */
function damaged(data: Uint8Array, random: Random): Buffer {
  const bytes = Buffer.from(data);
  for (let times = 1 + random(3); times > 0; times -= 1) {
    const at = random(bytes.length);
    bytes[at] = random(3) === 0 ? random(256) : bytes[at]! ^ (1 << random(8));
  }
  return bytes;
}

/** Half of them have a damaged pickle under right checksums, half are damaged anywhere else. */
export function mutatedArchives(count: number, seed: number): Uint8Array[] {
  const random = randomOf(seed);
  const sound = index(payload);
  const storages = [storage(16), storage(16, '1')];
  const whole = archive([sound, ...storages].map(late));
  return Array.from({ length: count }, (_, i) => {
    if (i % 2 === 1) return damaged(whole, random);
    return archive([{ ...sound, data: damaged(sound.data, random) }, ...storages].map(late));
  });
}
