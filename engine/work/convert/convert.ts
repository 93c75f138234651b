/** Recordings → replay buffer: survey, plan, images, columns, and the name at the end. */

import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { counted } from '../../base/counted.js';
import { DiskError, diskError, onDisk } from '../../base/diskErrors.js';
import { RegripError } from '../../base/errors.js';
import { makeFolders, removeEmptyFolders } from '../../base/outputFile.js';
import { whileHolding } from '../../base/outputLock.js';
import type { Rotation } from '../../base/rotation.js';
import type { RecordingFormat } from '../../formats/recording.js';
import { recogniseRecording } from '../../formats/recordings.js';
import { createReplayBuffer, openReplayBuffer } from '../../formats/zarr/index.js';
import { checkOutput } from './checkOutput.js';
import { ConvertError } from './convertError.js';
import { allChunks, convertImages, type ImageStore, missingChunks, removeChunks } from './images.js';
import { ChunkLedger } from './ledger.js';
import type { ConvertOptions, ConvertResult, Turned } from './options.js';
import { refuseOverlap } from './overlap.js';
import { makePlan, type Plan } from './plan.js';
import { type ChunkPool, openPool } from './pool.js';
import { checkSpace, gigabytes } from './space.js';
import { type EpisodeSurvey, surveyEpisodes } from './survey.js';
import { WorkFolder } from './workFolder.js';

/** Starting a process costs as much as decoding about this many bytes of frames. */
const BYTES_WORTH_PROCESSES = 24 * 2 ** 20;

/** Shrinking and compressing, on the one thread of a process, take a quarter of the time of decoding, on its others. */
const CORES_PER_PROCESS = 2;

/**
 * Converts all usable episodes; those that cannot be used are listed with the reason. The output gets its name once it is
 * whole. Throws `ConvertError` or `RecordingError`; what was done until then is kept for `resume`.
 */
export async function convert(options: ConvertOptions): Promise<ConvertResult> {
  const { input, output, signal } = options;
  const format = await recogniseRecording(input, signal);
  await refuseOverlap(options);
  const folder = dirname(output);
  const made = await makeFolders(folder);
  try {
    return await onDisk(output, () =>
      whileHolding(output, 'regrip convert', () => convertHeld(format, options)),
    );
  } catch (error) {
    if (made !== undefined) await removeEmptyFolders(folder, made);
    throw error;
  }
}

async function convertHeld(format: RecordingFormat, options: ConvertOptions): Promise<ConvertResult> {
  const started = performance.now();
  const note = await checkOutput(options);
  if (note !== undefined) options.log?.(`note: ${note}`);
  const survey = await surveyEpisodes(format, options);
  const work = await WorkFolder.open(options, survey.fingerprint);
  const pool = openPool(options.processes ?? worthwhileProcesses(survey));
  try {
    const images = await openImageStore(work);
    const plan = await convertAllImages(survey, work, images, pool, options);
    await writeColumns(plan, work.zarr);
    await images.ledger.verify(allChunks(plan), options.signal);
    await verifyColumns(plan, work.zarr);
    await work.publish(options.log);
    return {
      episodes: plan.episodes.length,
      steps: plan.frames.length,
      skipped: plan.skipped,
      seconds: (performance.now() - started) / 1000,
      output: options.output,
      ...(options.rotation && turned(options.rotation, plan)),
    };
  } catch (error) {
    const isKept = await work.discardIfEmpty().catch(() => true);
    throw isKept ? goingOn(diskError(error, options.output)) : error;
  } finally {
    pool.close();
  }
}

/** What a config must say of such a data set. */
function turned(rotation: Rotation, { columns }: Plan): Turned {
  const shapes = ['action', 'robot_eef_pose'].map((name) => [name, columns.get(name)!.layout.shape.slice(1)]);
  return { rotation, shapes: Object.fromEntries(shapes) };
}

/** What is done is kept when a disk or a process fails; a fault of the recordings is mended otherwise. */
function goingOn(error: unknown): unknown {
  const isKind = error instanceof DiskError || (error instanceof ConvertError && error.code === 'worker');
  if (!isKind) return error;
  const { code, file, message, hint } = error;
  const own = file === undefined ? message : message.slice(`${file}: `.length);
  const goOn = 'what is done so far is kept; run the same command with --resume to continue';
  return new RegripError({
    code,
    message: own,
    hint: hint === undefined ? goOn : `${hint}; ${goOn}`,
    ...(file === undefined ? {} : { file }),
    cause: error,
  });
}

function worthwhileProcesses({ frameBytes }: EpisodeSurvey): number {
  return frameBytes < BYTES_WORTH_PROCESSES ? 0 : Math.ceil(availableParallelism() / CORES_PER_PROCESS);
}

async function openImageStore(work: WorkFolder): Promise<ImageStore> {
  const folder = join(work.zarr, 'data', 'image');
  await mkdir(folder, { recursive: true });
  return { folder, ledger: new ChunkLedger(folder) };
}

/** Plans and converts until no damaged frame turns up; a damaged one takes its episode out of the plan. */
async function convertAllImages(
  survey: EpisodeSurvey,
  work: WorkFolder,
  images: ImageStore,
  pool: ChunkPool,
  options: ConvertOptions,
): Promise<Plan> {
  for (let attempt = 0; ; attempt += 1) {
    const plan = await makePlan(survey, work.leftOut, options);
    if (attempt === 0) await images.ledger.examine(plan.image, options.signal);
    const starts = missingChunks(plan, images.ledger);
    if (attempt === 0) await tellSpace(plan, starts.length, options);
    const bad = await convertImages(plan, images, starts, pool, options);
    if (bad === undefined) return plan;
    options.log?.(`leaving out ${bad.name}: ${bad.reason}`);
    // In this order: killed in between, the old plan finds its chunks gone and meets the frame again.
    await removeChunks(plan, images.ledger, bad.start);
    work.leftOut.set(bad.name, bad.reason);
    await work.save();
  }
}

async function tellSpace(plan: Plan, missing: number, options: ConvertOptions): Promise<void> {
  const frames = Math.min(missing * plan.image.chunks[0]!, plan.frames.length);
  const { neededBytes, freeBytes } = await checkSpace(plan, frames, options);
  const { width, height } = plan.size;
  options.log?.(
    `${counted(plan.episodes.length, 'episode')}, ${counted(plan.frames.length, 'step')}, ${width} × ${height}; needs about ${gigabytes(neededBytes)}, ${gigabytes(freeBytes)} free`,
  );
}

async function writeColumns(plan: Plan, path: string): Promise<void> {
  const writer = await createReplayBuffer(path);
  await writer.createArray('image', plan.image);
  for (const [name, { layout, data }] of plan.columns) {
    await writer.createArray(name, layout);
    await writer.writeRows(name, 0, data);
  }
  await writer.finish(plan.episodeEnds);
}

/** Chunks that are read at once, far below what one call may touch. */
const CHUNKS_AT_ONCE = 1000;

/** The columns as a reader finds them, before they are published. Throws `chunk-lost`. */
async function verifyColumns(plan: Plan, path: string): Promise<void> {
  const buffer = await openReplayBuffer(path);
  const steps = plan.frames.length;
  for (const [name, { layout, data }] of plan.columns) {
    const rows = layout.chunks[0]! * CHUNKS_AT_ONCE;
    const rowBytes = data.length / steps;
    for (let start = 0; start < steps; start += rows) {
      const end = Math.min(start + rows, steps);
      const found = (await buffer.readRows(name, start, end)).data;
      if (Buffer.compare(found, data.subarray(start * rowBytes, end * rowBytes)) === 0) continue;
      const message = `the column ${name} is not as it was written, so the data set is not published`;
      const hint = 'find out what else writes there, then run the same command with --resume';
      throw new ConvertError('chunk-lost', path, message, hint);
    }
  }
  await buffer.close();
}
