/** `regrip convert` as it is typed: words, JSON, exit codes; killed and gone on with. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileHashes, MINI } from '../work/convert/folders.js';
import { regrip } from './call.js';

const CLI = fileURLToPath(new URL('../../out/engine/cli.js', import.meta.url));

let folder: string;
let output: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-convert-'));
  output = join(folder, 'out.zarr');
});
afterEach(() => rm(folder, { recursive: true }));

const type = (...words: string[]) => regrip(['convert', ...words], { cwd: folder });

describe('words and exit codes', () => {
  test('the guide’s spelling, one JSON document', async () => {
    const { code, out } = await type(
      '--input_dir',
      MINI,
      '--output_zarr',
      'out.zarr',
      '--target_resolution',
      '32',
      '18',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      episodes: 5,
      steps: 148,
      skipped: [{ episode: 'episode_0004', reason: '22 frames for 25 steps' }],
      seconds: expect.any(Number),
      output,
    });
  });

  test('for a person: the skipped are listed with their reason', async () => {
    const { code, out, err } = await type(
      '--input',
      MINI,
      '--output',
      'out.zarr',
      '--resolution',
      '32',
      '18',
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      /^5 episodes, 148 steps in [\d.]+ s: .*out\.zarr\n1 skipped:\n {2}episode_0004: 22 frames for 25 steps\n$/,
    );
    expect(err).toMatch(
      /^5 episodes, 148 steps, 32 × 18; needs about [\d.]+ GB, [\d.]+ GB free\n0\/148 frames\n/,
    );
  });

  test('another representation of rotations says what the config must', async () => {
    const words = ['--input', MINI, '--output', 'out.zarr', '--resolution', '8', '4', '--max-episodes', '1'];
    const { code, out } = await type(...words, '--rotation', '6d');
    expect(code).toBe(0);
    expect(out).toContain(
      'rotations are in the form 6d: in shape_meta, and in its copy below task.dataset, set action.shape: [10] and obs.robot_eef_pose.shape: [9]\n',
    );
    const json = await type(...words, '--rotation', 'axis_angle', '--overwrite', '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      rotation: 'axis-angle',
      shapes: { action: [7], robot_eef_pose: [6] },
    });
  });

  test('an existing output ends with 1 and a way out', async () => {
    await type('--input', MINI, '--output', 'out.zarr', '--resolution', '8', '4', '--max-episodes', '1');
    const { code, out, err } = await type('--input', MINI, '--output', 'out.zarr');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/out\.zarr: the output exists\n {2}→ Give another name or --overwrite\.\n/);
  });

  test.each([
    [['--resolution', '320'], /--resolution has 1 number, expected two: width height/],
    [['--resolution', '320', '0'], /--resolution is 0, expected a whole number from 1 to 8192/],
    [['--compressor', 'jpeg2k'], /--compressor is jpeg2k, expected blosc or none/],
    [['--compression-level', '10'], /--compression-level is 10, expected a whole number from 0 to 9/],
    [['--start-episode', 'x'], /--start-episode is x/],
    [['--rotation', 'euler'], /--rotation is euler, expected quaternion, 6d or axis-angle/],
  ])('a wrong call ends with 2: %j', async (words, message) => {
    const { code, err } = await type('--input', MINI, '--output', 'out.zarr', ...words);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('killed', { tags: 'long' }, () => {
  const words = (input: string, to: string) => [
    'convert',
    '--input',
    input,
    '--output',
    to,
    '--resolution',
    '160',
    '90',
  ];
  const chunks = join('out.zarr.partial', 'zarr', 'data', 'image');

  /** Ends the process with SIGKILL once so many chunks are there; true when it was still running. */
  async function killAfter(count: number, args: readonly string[]): Promise<boolean> {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on('exit', (_, signal) => resolve(signal)),
    );
    let running = true;
    void ended.then(() => {
      running = false;
    });
    while (running) {
      const names = await readdir(join(folder, chunks)).catch(() => []);
      if (names.filter((name) => !name.startsWith('.')).length >= count) break;
      await sleep(2);
    }
    child.kill('SIGKILL');
    return (await ended) === 'SIGKILL';
  }

  async function finish(args: readonly string[]): Promise<number | null> {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' });
    return new Promise((resolve) => child.on('exit', resolve));
  }

  test.each([
    ['in this process', []],
    ['with two decoder processes', ['--processes', '2']],
  ])('again and again, and gone on with: byte for byte as in one go, %s', async (_, more) => {
    const input = join(folder, 'trajectories');
    await cp(MINI, input, { recursive: true, preserveTimestamps: true });
    // A damaged frame near the end: its episode is left out after chunks of it were written.
    await truncate(join(input, 'episode_0003/images/frame_0030.jpg'), 2000);
    const whole = join(folder, 'whole.zarr');
    expect(await finish(words(input, whole))).toBe(0);

    expect(await killAfter(1, [...words(input, output), ...more])).toBe(true);
    expect(existsSync(output)).toBe(false);
    expect(await finish(words(input, output))).toBe(1); // neither --resume nor --overwrite
    expect(await killAfter(3, [...words(input, output), ...more, '--resume'])).toBe(true);
    expect(existsSync(output)).toBe(false);
    expect(await finish([...words(input, output), ...more, '--resume'])).toBe(0);
    expect(await fileHashes(output)).toEqual(await fileHashes(whole));
    expect((await readdir(folder)).sort()).toEqual(['out.zarr', 'trajectories', 'whole.zarr']);
  });

  test('a recording that changed in between is noticed', async () => {
    const input = join(folder, 'trajectories');
    await cp(MINI, input, { recursive: true });
    await killAfter(1, words(input, output));
    await utimes(join(input, 'episode_0000/images/frame_0000.jpg'), 1, 1);
    const { code, err } = await type(...words(input, output).slice(1), '--resume');
    expect(code).toBe(1);
    expect(err).toMatch(/had other options, or the recordings have changed since/);
  });

  test('while replacing an output: the old one stays until the new one is whole', async () => {
    await finish([...words(MINI, output), '--max-episodes', '1']);
    const before = await fileHashes(output);
    expect(await killAfter(2, [...words(MINI, output), '--overwrite'])).toBe(true);
    expect(await fileHashes(output)).toEqual(before);
    expect(await finish([...words(MINI, output), '--overwrite', '--resume'])).toBe(0);
    expect(Object.keys(await fileHashes(output)).length).toBeGreaterThan(Object.keys(before).length);
  });
});
