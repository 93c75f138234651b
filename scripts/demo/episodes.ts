/** Synthetic recordings in the CogAct format: motions, rendered, as JPEG frames and pickled arrays. */
import { join } from 'node:path';
import sharp from 'sharp';
import { throwIfAborted } from '../../engine/base/errors.js';
import { type EpisodeSource, writeEpisode } from '../../engine/formats/cogact/index.js';
import { Pcg64 } from '../../engine/judge/windows/pcg64.js';
import { type Motion, planMotion, type Step } from './motion.js';
import { type FrameSize, Renderer } from './render.js';

interface RecordOptions {
  readonly episodes: number;
  readonly seed: number;
  readonly frame: FrameSize;
  readonly onEpisode?: (done: number, steps: number) => void;
  readonly signal?: AbortSignal;
}

/** Seconds between two steps. */
const PERIOD = 0.1;
/** An arbitrary but fixed day, so that the same seed gives the same bytes. */
const START = 1_700_000_000;
const JPEG_QUALITY = 92;

/** Episode `index` of a seed; each has draws of its own, so fewer episodes are the first of more. */
export function motionOf(seed: number, index: number): Motion {
  return planMotion(new Pcg64(seed * 100_003 + index));
}

/** Writes `episode_0000` … into `folder` and returns the number of steps. Throws `episode-exists` where one is there. */
export async function recordEpisodes(folder: string, options: RecordOptions): Promise<number> {
  let steps = 0;
  for (let index = 0; index < options.episodes; index++) {
    throwIfAborted(options.signal);
    const motion = motionOf(options.seed, index);
    const source = await recordingOf(motion, options.frame, START + index * 60);
    await writeEpisode(join(folder, `episode_${String(index).padStart(4, '0')}`), source);
    steps += motion.steps.length;
    options.onEpisode?.(index + 1, steps);
  }
  return steps;
}

async function recordingOf(motion: Motion, frame: FrameSize, start: number): Promise<EpisodeSource> {
  const { steps } = motion;
  const renderer = new Renderer(frame, motion.scene);
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
  return {
    robotEefPose: rows(steps, (step) => step.pose),
    robotGripper: steps.map((step) => step.gripperState),
    action: rows(steps, (step) => step.action),
    actionGripper: steps.map((step) => step.gripperCommand),
    timestamp: Float64Array.from(steps, (_, i) => start + i * PERIOD),
    imageIndex: steps.map((_, i) => i),
    frames: await Promise.all(
      steps.map((step) => sharp(renderer.frame(step), { raw }).jpeg({ quality: JPEG_QUALITY }).toBuffer()),
    ),
  };
}

function rows(steps: readonly Step[], row: (step: Step) => readonly number[]): Float32Array {
  return Float32Array.from(steps.flatMap((step) => [...row(step)]));
}
