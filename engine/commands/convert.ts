/** `regrip convert`: recordings, of any format in the table, to the replay buffer that training reads. */

import { resolve } from 'node:path';
import { counted } from '../base/counted.js';
import { UsageError } from '../base/errors.js';
import { fixed } from '../base/numberText.js';
import { isRotation, ROTATIONS, rotationOfRep } from '../base/rotation.js';
import { onOneLine } from '../base/shown.js';
import { RECORDINGS } from '../formats/recordings.js';
import type { JobProgress } from '../wire/jobs.js';
import type { Size } from '../work/convert/areaMean.js';
import { convert } from '../work/convert/convert.js';
import type { ConvertOptions, ConvertProgress, ConvertResult, Turned } from '../work/convert/options.js';
import { type Io, note, ProgressLine, type Register, report } from './command.js';

interface Flags {
  readonly input: string;
  readonly output: string;
  readonly resolution?: readonly string[];
  readonly startEpisode?: string;
  readonly maxEpisodes?: string;
  readonly compressor: string;
  readonly compressionLevel: string;
  readonly gripper: boolean;
  readonly rotation: string;
  readonly processes?: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** What may be given, a format a part: `CogAct (folders episode_0000, …)`. */
const inputs = RECORDINGS.map(({ name, recognisedBy }) => `${recognisedBy} (${name})`).join('; ');

export const registerConvert: Register = (program, io) => {
  program
    .command('convert')
    .description('convert recorded trajectories to a zarr data set with 8-D actions')
    .requiredOption('--input <dir>', `the recordings: ${inputs}`)
    .requiredOption('--output <zarr>', 'the data set to make')
    .option(
      '--resolution <width-height...>',
      'size of the frames: W H (default: the size of the first frame)',
    )
    .option('--start-episode <n>', 'leave out episodes with a smaller number')
    .option('--max-episodes <n>', 'take at most this many episodes')
    .option('--compressor <name>', 'of the images: blosc or none', 'blosc')
    .option('--compression-level <level>', '0 to 9', '5')
    .option('--no-gripper', '7-D actions without the gripper, as the old policy uses them')
    .option(
      '--rotation <form>',
      'of the action and the observed poses: quaternion (as recorded), 6d (two rows of the matrix, as UMI’s rotation_6d) or axis-angle',
      'quaternion',
    )
    .option(
      '--processes <n>',
      'how many processes decode (default: one per two cores; 0: decode in this process)',
    )
    .option('--resume', 'continue a conversion that was stopped')
    .option('--overwrite', 'replace the output once the new one is complete')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: Flags) => {
      const line = new ProgressLine(io);
      const result = await convert(optionsOf(flags, io, line)).finally(() => {
        line.done();
        if (io.signal.aborted) io.err('what is done so far is kept; continue with --resume\n');
      });
      report(io, flags.json === true, result, () => resultText(result));
    });
};

function optionsOf(flags: Flags, io: Io, line: ProgressLine): ConvertOptions {
  const { compressor } = flags;
  // `rotation_6d` and `axis_angle` too, as configs write them.
  const rotation = rotationOfRep(flags.rotation) ?? flags.rotation;
  if (compressor !== 'blosc' && compressor !== 'none') {
    throw new UsageError(`--compressor is ${compressor}, expected blosc or none`);
  }
  if (!isRotation(rotation))
    throw new UsageError(
      `--rotation is ${rotation}, expected ${ROTATIONS.slice(0, -1).join(', ')} or ${ROTATIONS.at(-1)}`,
    );
  const processes = count('--processes', flags.processes, 0, 1024);
  return {
    input: resolve(io.cwd, flags.input),
    output: resolve(io.cwd, flags.output),
    resolution: resolutionOf(flags.resolution),
    startEpisode: count('--start-episode', flags.startEpisode, 0),
    maxEpisodes: count('--max-episodes', flags.maxEpisodes, 1),
    compressor,
    compressionLevel: count('--compression-level', flags.compressionLevel, 0, 9)!,
    gripper: flags.gripper,
    ...(rotation === 'quaternion' ? {} : { rotation }),
    resume: flags.resume === true,
    overwrite: flags.overwrite === true,
    ...(processes === undefined ? {} : { processes }),
    signal: io.signal,
    log: (text) => note(io, text),
    onProgress: (progress) => line.show(progressText(progress), jobProgress(progress)),
  };
}

function jobProgress(progress: ConvertProgress): JobProgress {
  const { frames, totalFrames, framesPerSecond, secondsLeft, last } = progress;
  return {
    done: frames,
    total: totalFrames,
    unit: 'frames',
    ...(framesPerSecond === undefined ? {} : { rate: framesPerSecond }),
    ...(secondsLeft === undefined ? {} : { timeLeft: secondsLeft }),
    ...(last === undefined ? {} : { last }),
  };
}

function resolutionOf(words: readonly string[] | undefined): Size | undefined {
  if (words === undefined) return undefined;
  if (words.length !== 2)
    throw new UsageError(`--resolution has ${counted(words.length, 'number')}, expected two: width height`);
  const [width, height] = words.map((word) => count('--resolution', word, 1, 8192)!);
  return { width: width!, height: height! };
}

function count(name: string, word: string | undefined, least: number, most = 1e9): number | undefined {
  if (word === undefined) return undefined;
  const value = Number(word);
  if (/^\d+$/.test(word) && value >= least && value <= most) return value;
  const range = most === 1e9 ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${name} is ${word}, expected a whole number ${range}`);
}

function progressText({ frames, totalFrames, framesPerSecond, secondsLeft }: ConvertProgress): string {
  const speed = framesPerSecond === undefined ? '' : `, ${fixed(framesPerSecond, 0)} frames/s`;
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`;
  return `${frames}/${counted(totalFrames, 'frame')}${speed}${left}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function resultText(result: ConvertResult): string {
  const { episodes, steps, skipped, seconds, output } = result;
  const lines = [
    `${counted(episodes, 'episode')}, ${counted(steps, 'step')} in ${fixed(seconds, 1)} s: ${output}`,
  ];
  lines.push(...turnedLines(result));
  if (skipped.length > 0) lines.push(`${skipped.length} skipped:`);
  const left = skipped.map(({ episode, reason }) => `  ${episode}: ${reason}`);
  return [...lines, ...left].map(onOneLine).join('\n');
}

/** What the config must say of it, which was written for poses as they are recorded. */
function turnedLines({ rotation, shapes }: Partial<Turned>): string[] {
  if (rotation === undefined || shapes === undefined) return [];
  const entries = Object.entries(shapes).map(
    ([name, shape]) => `${name === 'action' ? name : `obs.${name}`}.shape: [${shape.join(', ')}]`,
  );
  return [
    `rotations are in the form ${rotation}: in shape_meta, and in its copy below task.dataset, set ${entries.join(' and ')}`,
  ];
}
