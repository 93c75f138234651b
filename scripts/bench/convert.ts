/** Full-HD recordings to a data set of 320 × 180, against a plain OpenCV + zarr-python loop. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { writeEpisode } from '../../engine/formats/cogact/index.js';
import { convert } from '../../engine/work/convert/convert.js';
import type { Bench } from './result.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/bench/convert_loop.py', import.meta.url)); // from out/scripts/bench
// A thousand frames: a real data set has fifteen times as many, so starting the decoders must not count for much.
const EPISODES = 20;
const STEPS = 50;
const SIZE = { width: 320, height: 180 };
/** The best counts on both sides, since the first round fills the page cache. */
const ROUNDS = 3;

export const benchConvert: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-bench-convert-'));
  try {
    const input = join(folder, 'trajectories');
    const frameBytes = await writeRecordings(input);
    const ours: number[] = [];
    const peers: number[] = [];
    const peersTogether: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await timeOurs(input, join(folder, 'ours.zarr')));
      peers.push(...(await timePeers(input, join(folder, 'peer'), 1)));
      peersTogether.push(...(await timePeers(input, join(folder, 'peer'), availableParallelism())));
    }
    const frames = EPISODES * STEPS;
    const perSecond = (frames / Math.min(...ours)).toFixed(0);
    return {
      work: `convert ${frames} frames 1920 × 1080 → 320 × 180`,
      oursSeconds: Math.min(...ours),
      peerSeconds: peers.length === 0 ? undefined : Math.min(...peers),
      peer: peers.length === 0 ? 'needs a python with opencv, zarr<3 and numcodecs' : 'OpenCV + zarr-python',
      targetRatio: 0.5,
      detail: [
        `${perSecond} frames/s of ${Math.round(frameBytes / 1000)} kB, ${availableParallelism()} cores`,
        ...(peersTogether.length === 0 ? [] : [onAllCores(Math.min(...peersTogether), Math.min(...peers))]),
      ].join('; '),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function timeOurs(input: string, output: string): Promise<number> {
  const result = await convert({
    input,
    output,
    resolution: SIZE,
    startEpisode: undefined,
    maxEpisodes: undefined,
    compressor: 'blosc',
    compressionLevel: 5,
    gripper: true,
    resume: false,
    overwrite: true,
  });
  return result.seconds;
}

/** What the machine gives at all: the loop as often as there are cores, each with its share of the episodes. */
function onAllCores(together: number, alone: number): string {
  return `the loop uses one core; on all of them it takes ${together.toFixed(2)} s, ${(together / alone).toFixed(2)} of that`;
}

/** The seconds until the last of `processes` loops has ended, each without its imports; none without a peer. */
async function timePeers(input: string, output: string, processes: number): Promise<number[]> {
  const python = process.env['REGRIP_PEER_PYTHON'];
  if (python === undefined) return [];
  const words = (k: number) => [SCRIPT, input, `${output}-${k}.zarr`, SIZE.width, SIZE.height, k, processes];
  const loops = Array.from({ length: processes }, (_, k) =>
    promisify(execFile)(python, words(k).map(String)),
  );
  try {
    const seconds = (await Promise.all(loops)).map(({ stdout }) => Number(stdout));
    return [Math.max(...seconds)];
  } catch (error) {
    process.stderr.write(`${error}\n`);
    return [];
  }
}

/** Makes the episodes and returns the size of a frame in bytes. */
async function writeRecordings(input: string): Promise<number> {
  const scenes = await Promise.all(Array.from({ length: 10 }, (_, k) => scene(k)));
  for (let episode = 0; episode < EPISODES; episode += 1) {
    const steps = Array.from({ length: STEPS }, (_, k) => k);
    const poses = Float32Array.from({ length: STEPS * 7 }, (_, k) => (k % 7 === 6 ? 1 : 0));
    await writeEpisode(join(input, `episode_${String(episode).padStart(4, '0')}`), {
      robotEefPose: poses,
      robotGripper: steps.map((k) => Number(k > 20)),
      action: poses,
      actionGripper: steps.map((k) => Number(k > 18)),
      timestamp: Float64Array.from(steps, (k) => k * 0.1),
      imageIndex: steps,
      frames: steps.map((k) => scenes[k % scenes.length]!),
    });
  }
  return scenes[0]!.length;
}

const FRAME = { width: 1920, height: 1080, channels: 3 } as const;

/** A table with objects under a camera's noise, saved at OpenCV's default quality. */
async function scene(k: number): Promise<Buffer> {
  const noise = await sharp({
    create: { ...FRAME, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 3 } },
  })
    .raw()
    .toBuffer();
  const picture = table(k);
  for (let at = 0; at < picture.length; at += 1) picture[at] = picture[at]! + noise[at]! - 128;
  return sharp(picture, { raw: FRAME }).jpeg({ quality: 95 }).toBuffer();
}

/** Forty boxes of other sizes and colours, which have moved a little from one scene to the next; RGB. */
function table(k: number): Uint8ClampedArray {
  const picture = new Uint8ClampedArray(FRAME.width * FRAME.height * 3).fill(160);
  for (let i = 0; i < 40; i += 1) {
    const [left, top] = [(i * 397 + k * 20) % FRAME.width, (i * 211) % FRAME.height];
    const [right, bottom] = [
      Math.min(left + 60 + i * 5, FRAME.width),
      Math.min(top + 40 + i * 4, FRAME.height),
    ];
    for (let y = top; y < bottom; y += 1)
      for (let x = left; x < right; x += 1) {
        const at = (y * FRAME.width + x) * 3;
        for (let channel = 0; channel < 3; channel += 1)
          picture[at + channel] = 60 + ((i * (37 + channel * 29)) % 150);
      }
  }
  return picture;
}
