/** Makes the `meta` folder of LeRobot data sets: header and statistics, without a table or a frame. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAMES = ['x', 'y', 'z', 'rx', 'ry', 'rz', 'rw', 'gripper', 'left', 'right'];

type Statistics = Readonly<Record<string, unknown>>;

/** A vector of `width` numbers, its entries named. */
export function vector(width: number) {
  return { dtype: 'float32', shape: [width], names: NAMES.slice(0, width) };
}

export const PICTURES = { dtype: 'video', shape: [48, 64, 3], names: ['height', 'width', 'channels'] };

/** Of a vector: dimension i has the range `add` - 2 + i/8 … `add` + 2 + i/8, as the policies of `policy.ts` have it for `add` 0. */
export function vectorStatistics(width: number, add = 0): Statistics {
  const values = (from: number) => Array.from({ length: width }, (_, index) => from + index / 8 + add);
  return { min: values(-2), max: values(2), mean: values(0.5), std: values(1), count: [24] };
}

export const PICTURE_STATISTICS: Statistics = {
  min: [[[0]], [[0]], [[0]]],
  max: [[[1]], [[1]], [[1]]],
  mean: [[[0.5]], [[0.5]], [[0.5]]],
  std: [[[0.25]], [[0.25]], [[0.25]]],
  count: [24],
};

interface Parts {
  readonly features?: Readonly<Record<string, unknown>>;
  /** `null` writes none. */
  readonly statistics?: Readonly<Record<string, unknown>> | null;
  readonly info?: Readonly<Record<string, unknown>>;
}

/** Version 3.0, with eight actions and states and a camera unless said otherwise. Resolves to `path`. */
export async function saveDataSet(path: string, parts: Parts = {}): Promise<string> {
  const own = { dtype: 'int64', shape: [1], names: null };
  const {
    features = {
      action: vector(8),
      'observation.state': vector(8),
      'observation.images.front': PICTURES,
    },
    statistics = {
      action: vectorStatistics(8),
      'observation.state': vectorStatistics(8),
      'observation.images.front': PICTURE_STATISTICS,
      index: { min: [0], max: [23], mean: [11.5], std: [6.9], count: [24] },
    },
  } = parts;
  const info = {
    codebase_version: 'v3.0',
    total_episodes: 2,
    total_frames: 24,
    fps: 10,
    features: { ...features, timestamp: { ...own, dtype: 'float32' }, index: own },
    ...parts.info,
  };
  await mkdir(join(path, 'meta'), { recursive: true });
  await writeFile(join(path, 'meta', 'info.json'), JSON.stringify(info, null, 4));
  if (statistics !== null) await writeFile(join(path, 'meta', 'stats.json'), JSON.stringify(statistics));
  return path;
}
