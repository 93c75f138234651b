/** Conversions against what upstream made of the same recordings, and what happens to bad ones. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import { convert } from '../../../engine/work/convert/convert.js';
import type { ConvertProgress } from '../../../engine/work/convert/options.js';
import { withFault } from '../../faults/inject.js';
import { fileHashes, MINI, options, REFERENCE } from './folders.js';

const SKIPPED = [{ episode: 'episode_0004', reason: '22 frames for 25 steps' }];

let folder: string;
let output: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-convert-'));
  output = join(folder, 'out.zarr');
});
afterEach(() => rm(folder, { recursive: true }));

async function copyOfMini(...episodes: number[]): Promise<string> {
  const input = join(folder, 'trajectories');
  for (const k of episodes)
    await cp(join(MINI, `episode_000${k}`), join(input, `episode_000${k}`), { recursive: true });
  return input;
}

describe('as upstream converts', () => {
  test.each([
    ['160x90', { width: 160, height: 90 }],
    ['128x72', { width: 128, height: 72 }],
  ])('%s: every array, and the metadata byte for byte', async (name, resolution) => {
    const reference = join(REFERENCE, `cogact-mini.${name}.zarr`);
    const before = await fileHashes(MINI);
    const result = await convert(options({ output, resolution }));
    expect(result).toMatchObject({ episodes: 5, steps: 148, skipped: SKIPPED, output });
    const [ours, theirs] = [await openReplayBuffer(output), await openReplayBuffer(reference)];
    expect(ours.episodeEnds).toEqual(theirs.episodeEnds);
    expect([...ours.arrays]).toEqual([...theirs.arrays]);
    for (const array of theirs.arrays.keys()) {
      const [a, b] = [await ours.readRows(array, 0, 148), await theirs.readRows(array, 0, 148)];
      // The tolerance for images would be one grey level; none of them differs.
      expect(Buffer.compare(a.data, b.data), array).toBe(0);
    }
    for (const file of await readdir(reference, { recursive: true })) {
      if (!/\.z(array|group|attrs)$/.test(file)) continue;
      expect(await readFile(join(output, file), 'utf8')).toBe(await readFile(join(reference, file), 'utf8'));
    }
    expect((await readdir(output, { recursive: true })).sort()).toEqual(
      (await readdir(reference, { recursive: true })).sort(),
    );
    expect(await fileHashes(MINI)).toEqual(before);
  });

  test('without a resolution frames keep their size', async () => {
    const input = await copyOfMini(0);
    await convert(options({ input, output, resolution: undefined, compressor: 'none' }));
    const buffer = await openReplayBuffer(output);
    expect(buffer.arrays.get('image')).toMatchObject({
      shape: [24, 270, 480, 3],
      chunks: [6, 270, 480, 3],
      compressor: null,
    });
    const frame = await sharp(join(input, 'episode_0000/images/frame_0007.jpg')).raw().toBuffer();
    expect(Buffer.compare((await buffer.readRows('image', 7, 8)).data, frame)).toBe(0);
  });

  test('without the gripper: the 7-D data set of the old policy', async () => {
    await convert(options({ output, gripper: false, maxEpisodes: 1 }));
    const { arrays } = await openReplayBuffer(output);
    expect([...arrays.keys()]).toEqual(['action', 'image', 'robot_eef_pose', 'timestamp']);
    expect(arrays.get('action')!.shape).toEqual([24, 7]);
  });

  test('with 6-D rotations: wider poses, and the representation in their attributes alone', async () => {
    await convert(options({ output, maxEpisodes: 1 }));
    const recorded = await readdir(output, { recursive: true });
    const turned = options({ output, maxEpisodes: 1, rotation: '6d', overwrite: true });
    expect(await convert(turned)).toMatchObject({
      rotation: '6d',
      shapes: { action: [10], robot_eef_pose: [9] },
    });
    const { arrays } = await openReplayBuffer(output);
    expect([...arrays].map(([name, { shape }]) => [name, shape[1]])).toEqual([
      ['action', 10],
      ['image', 18],
      ['robot_eef_pose', 9],
      ['robot_gripper_state', 1],
      ['timestamp', undefined],
    ]);
    const more = (await readdir(output, { recursive: true })).filter((name) => !recorded.includes(name));
    expect(more.sort()).toEqual(['data/action/.zattrs', 'data/robot_eef_pose/.zattrs']);
    const attributes = await readFile(join(output, 'data/action/.zattrs'), 'utf8');
    expect(attributes).toBe('{\n    "rotation_rep": "rotation_6d"\n}');
  });

  test('a half-written data set is not continued with another representation', async () => {
    const stop = new AbortController();
    const onProgress = ({ frames }: ConvertProgress): void => {
      if (frames > 20) stop.abort(new Error('stopped'));
    };
    const begun = convert(options({ output, onProgress, signal: stop.signal, processes: 0 }));
    await expect(begun).rejects.toThrow('stopped');
    const resumed = options({ output, resume: true, rotation: '6d' });
    await expect(convert(resumed)).rejects.toMatchObject({ code: 'resume-differs' });
    await convert(options({ output, resume: true }));
    expect((await openReplayBuffer(output)).arrays.get('action')!.shape).toEqual([148, 8]);
  });

  test('a start and a number of episodes count folders, as upstream does', async () => {
    const result = await convert(options({ output, startEpisode: 3, maxEpisodes: 2 }));
    expect(result).toMatchObject({ episodes: 1, steps: 32, skipped: SKIPPED });
    await expect(convert(options({ output, startEpisode: 9, overwrite: true }))).rejects.toMatchObject({
      code: 'no-episode',
    });
  });

  test('progress counts up to all frames', async () => {
    const seen: ConvertProgress[] = [];
    await convert(options({ output, maxEpisodes: 2, onProgress: (progress) => seen.push(progress) }));
    expect(seen[0]).toMatchObject({ frames: 0, totalFrames: 58, framesPerSecond: undefined });
    expect(seen.at(-1)).toMatchObject({ frames: 58, secondsLeft: 0 });
    expect(seen.at(-1)!.framesPerSecond).toBeGreaterThan(0);
  });
});

describe('bad episodes', () => {
  test('a frame that is cut off takes its episode out, as if it had never been there', async () => {
    const input = await copyOfMini(0, 1, 2, 3);
    await truncate(join(input, 'episode_0001/images/frame_0030.jpg'), 3000);
    await truncate(join(input, 'episode_0002/images/frame_0001.jpg'), 0);
    const result = await convert(options({ input, output }));
    expect(result.skipped).toEqual([
      { episode: 'episode_0001', reason: expect.stringMatching(/^frame_0030\.jpg cannot be decoded: /) },
      { episode: 'episode_0002', reason: expect.stringMatching(/^frame_0001\.jpg cannot be decoded: /) },
    ]);
    for (const k of [1, 2]) await rm(join(input, `episode_000${k}`), { recursive: true });
    await convert(options({ input, output: join(folder, 'clean.zarr') }));
    expect(await fileHashes(output)).toEqual(await fileHashes(join(folder, 'clean.zarr')));
  });

  test('the first episode is bad: chunks follow the next one', async () => {
    const input = await copyOfMini(0, 1);
    await truncate(join(input, 'episode_0000/images/frame_0023.jpg'), 100);
    const result = await convert(options({ input, output, resolution: undefined }));
    expect(result).toMatchObject({ episodes: 1, steps: 34, skipped: [{ episode: 'episode_0000' }] });
    const { arrays } = await openReplayBuffer(output);
    expect(arrays.get('action')!.chunks).toEqual([34, 8]);
  });

  test('frames of another size, or smaller than the resolution', async () => {
    const input = await copyOfMini(0, 1);
    const frame = join(input, 'episode_0001/images/frame_0005.jpg');
    await sharp({ create: { width: 100, height: 50, channels: 3, background: 'red' } })
      .jpeg()
      .toFile(`${frame}.new`);
    await cp(`${frame}.new`, frame);
    expect((await convert(options({ input, output, resolution: undefined }))).skipped).toEqual([
      {
        episode: 'episode_0001',
        reason: 'frame_0005.jpg has 100 × 50 pixels, expected 480 × 270 as the first frame',
      },
    ]);
    const small = options({ input, output, overwrite: true, resolution: { width: 160, height: 90 } });
    expect((await convert(small)).skipped).toEqual([
      { episode: 'episode_0001', reason: 'frame_0005.jpg has 100 × 50 pixels, expected 160 × 90 or more' },
    ]);
  });

  test.each([
    ['stat', 'episode_0001/meta.json', 'ESTALE'],
    ['stat', 'episode_0001/data.pkl', 'EIO'],
    ['readdir', 'episode_0001/images', 'ENOTCONN'],
    ['stat', 'episode_0001/images/frame_0003', 'ETIMEDOUT'],
    ['readFile', 'episode_0001/images/frame_0003', 'EIO'],
  ] as const)(
    'a drive that is away (%s of %s: %s) ends it, and no episode counts as bad',
    async (...fault) => {
      const [operation, under, errno] = fault;
      const run = () =>
        convert(options({ output, processes: 0 })).then(
          () => undefined,
          (error: Error) => error,
        );
      const { result: error, fired } = await withFault(
        { operation, under, errno, nth: 1, lasting: true },
        run,
      );
      expect(fired).toBe(true);
      expect(error).toMatchObject({ code: `disk-${errno.toLowerCase()}` });
      expect(error!.message).toContain(under);
      expect(await readdir(folder)).not.toContain('out.zarr');
    },
  );

  test('every one is bad: nothing is made', async () => {
    const input = await copyOfMini(4);
    await expect(convert(options({ input, output }))).rejects.toThrow(
      /no episode can be used \(episode_0004: 22 frames for 25 steps\)/,
    );
    expect(await readdir(folder)).toEqual(['trajectories']);
  });

  test('grey frames become RGB, turned cameras are set upright', async () => {
    const input = await copyOfMini(0);
    const images = join(input, 'episode_0000/images');
    const gradient = Uint8Array.from({ length: 64 * 32 }, (_, k) => k & 63);
    const grey = sharp(gradient, { raw: { width: 64, height: 32, channels: 1 } }).toColourspace('b-w');
    await writeFile(
      join(images, 'frame_0000.jpg'),
      await grey.jpeg({ quality: 100 }).withMetadata({ orientation: 3 }).toBuffer(),
    );
    await convert(options({ input, output, resolution: { width: 16, height: 8 } }));
    const { data } = await (await openReplayBuffer(output)).readRows('image', 0, 1);
    // Each target pixel is the mean of four columns k … k+3, and the picture stands on its head.
    const levels = [data[0]!, data[1]!, data[2]!, data[15 * 3]!];
    for (const [k, mean] of [61.5, 61.5, 61.5, 1.5].entries()) {
      expect(Math.abs(levels[k]! - mean)).toBeLessThan(2); // JPEG's own error
    }
  });
});

describe('the output', () => {
  test('is refused when it exists, and replaced only with --overwrite', async () => {
    await convert(options({ output, maxEpisodes: 1 }));
    const before = await fileHashes(output);
    await expect(convert(options({ output, maxEpisodes: 2 }))).rejects.toMatchObject({
      code: 'output-exists',
    });
    expect(await fileHashes(output)).toEqual(before);
    expect((await convert(options({ output, maxEpisodes: 2, overwrite: true }))).steps).toBe(58);
    expect((await openReplayBuffer(output)).episodeEnds).toEqual([24, 58]);
    expect(await readdir(folder)).toEqual(['out.zarr']);
  });

  test('a folder that is not a data set is never replaced, nor one that holds the recordings', async () => {
    await mkdir(output);
    await writeFile(join(output, 'thesis.txt'), 'mine');
    await expect(convert(options({ output, overwrite: true }))).rejects.toThrow(
      /is not a zarr folder, so it is not replaced/,
    );
    const input = await copyOfMini(0);
    await expect(convert(options({ input, output: folder, overwrite: true }))).rejects.toThrow(
      /lie in the output|lies in the recordings/,
    );
    await expect(convert(options({ input, output: join(input, 'a.zarr') }))).rejects.toThrow(
      /lie in the output|lies in the recordings/,
    );
  });
});

describe('what else writes in the work folder', () => {
  const chunks = () => join(`${output}.partial`, 'zarr', 'data', 'image');

  /** Converts, and lets `meddle` at the chunks once so many frames are done. */
  async function meddledWith(meddle: () => Promise<void>, frames = 100): Promise<unknown> {
    let meddling: Promise<void> | undefined;
    const onProgress = (progress: ConvertProgress): void => {
      if (progress.frames >= frames) meddling ??= meddle();
    };
    const failure = await convert(options({ output, processes: 0, onProgress })).catch((error) => error);
    await meddling;
    return failure;
  }

  test.each([
    ['removes a chunk', () => rm(join(chunks(), '0.0.0.0'))],
    [
      'removes all of them',
      async () => {
        for (const name of await readdir(chunks()))
          if (/^\d/.test(name)) await rm(join(chunks(), name), { force: true });
      },
    ],
    [
      'replaces one by black frames',
      async () => writeFile(join(chunks(), '0.0.0.0'), await readFile(join(chunks(), '1.0.0.0'))),
    ],
    ['cuts one off', () => truncate(join(chunks(), '0.0.0.0'), 100)],
  ])('and %s: nothing is published, and a resume makes it whole', async (_, meddle) => {
    const whole = join(folder, 'whole.zarr');
    await convert(options({ output: whole }));
    const failure = await meddledWith(meddle, 148);
    expect(failure).toMatchObject({ code: 'chunk-lost', hint: expect.stringContaining('--resume') });
    expect(await readdir(folder)).toEqual(['out.zarr.partial', 'whole.zarr']);
    await convert(options({ output, resume: true }));
    expect(await fileHashes(output)).toEqual(await fileHashes(whole));
  });

  test('a chunk that was damaged between a kill and the resume is made again', async () => {
    const whole = join(folder, 'whole.zarr');
    await convert(options({ output: whole }));
    const stop = new AbortController();
    const onProgress = ({ frames }: ConvertProgress): void => {
      if (frames > 100) stop.abort(new Error('killed'));
    };
    await expect(convert(options({ output, onProgress, signal: stop.signal, processes: 0 }))).rejects.toThrow(
      'killed',
    );
    await truncate(join(chunks(), '0.0.0.0'), 100);
    await convert(options({ output, resume: true }));
    expect(await fileHashes(output)).toEqual(await fileHashes(whole));
  });
});

describe('where an output leads', () => {
  test('a link into the recordings, or an episode that is a link, is seen through', async () => {
    const input = await copyOfMini(0);
    await symlink(input, join(folder, 'elsewhere'));
    const through = join(folder, 'elsewhere', 'out.zarr');
    await expect(convert(options({ input, output: through }))).rejects.toThrow(/lies in the recordings/);
    const session = join(folder, 'session');
    await mkdir(session);
    await symlink(join(input, 'episode_0000'), join(session, 'episode_0000'));
    const inEpisode = join(input, 'episode_0000', 'out.zarr');
    await expect(convert(options({ input: session, output: inEpisode }))).rejects.toThrow(
      /lies in the recordings/,
    );
    expect(await readdir(join(input, 'episode_0000'))).toEqual(['data.pkl', 'images', 'meta.json']);
  });

  test('a link that leads nowhere, a pipe and a file are refused, each by name', async () => {
    await symlink(join(folder, 'nowhere'), output);
    await expect(convert(options({ output, overwrite: true }))).rejects.toThrow(
      /is a link to .*nowhere, which is not there/,
    );
    await rm(output);
    execFileSync('mkfifo', [output]);
    await expect(convert(options({ output, overwrite: true }))).rejects.toThrow(/is a named pipe/);
    await rm(output);
    await writeFile(output, 'a file');
    await expect(convert(options({ output, overwrite: true }))).rejects.toThrow(
      /is a file, so it is not replaced/,
    );
    expect(await readFile(output, 'utf8')).toBe('a file');
  });

  test('a data set with something else in it, and a folder of the work folder’s name, stay', async () => {
    await convert(options({ output, maxEpisodes: 1 }));
    await writeFile(join(output, 'notes.txt'), 'mine');
    await expect(convert(options({ output, overwrite: true }))).rejects.toThrow(
      /holds notes\.txt beside the data set/,
    );
    await mkdir(join(folder, 'b.zarr.partial/my pictures'), { recursive: true });
    await expect(convert(options({ output: join(folder, 'b.zarr'), overwrite: true }))).rejects.toThrow(
      /something else is there/,
    );
    expect(await readdir(join(folder, 'b.zarr.partial'))).toEqual(['my pictures']);
  });

  test('a link to a data set is replaced, and what it led to stays', async () => {
    const kept = join(folder, 'kept.zarr');
    await convert(options({ output: kept, maxEpisodes: 1 }));
    const before = await fileHashes(kept);
    await symlink(kept, output);
    const said: string[] = [];
    await convert(options({ output, overwrite: true, log: (text) => void said.push(text) }));
    expect(said.join('\n')).toContain('the link is replaced, that folder stays as it is');
    expect(await fileHashes(kept)).toEqual(before);
    expect(Object.keys(await fileHashes(output)).length).toBeGreaterThan(Object.keys(before).length);
  });
});
