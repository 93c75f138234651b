/** Recordings → replay buffer: survey, plan, images, columns, and the name at the end. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createReplayBuffer } from '../formats/zarr/index.js';
import { convertImages, missingChunks, removeChunks } from './images.js';
import type { ConvertOptions, ConvertResult } from './options.js';
import { makePlan, type Plan } from './plan.js';
import { type ChunkPool, openPool } from './pool.js';
import { checkSpace, gigabytes } from './space.js';
import { type Survey, surveyEpisodes } from './survey.js';
import { checkOutput, WorkFolder } from './workFolder.js';

/** Starting a process costs as much as decoding about this many bytes of JPEG. */
const BYTES_WORTH_PROCESSES = 24 * 2 ** 20;

/** Shrinking and compressing, on the one thread of a process, take a quarter of the time of decoding, on its others. */
const CORES_PER_PROCESS = 2;

/**
 * Converts all usable episodes; those that cannot be used are listed with the reason. The output gets its name once it is
 * whole. Throws `ConvertError` or `EpisodeError`; what was done until then is kept for `resume`.
 */
export async function convert(options: ConvertOptions): Promise<ConvertResult> {
  const started = performance.now();
  await checkOutput(options);
  const survey = await surveyEpisodes(options);
  await mkdir(dirname(options.output), { recursive: true });
  const work = await WorkFolder.open(options, survey.fingerprint);
  const pool = openPool(options.processes ?? worthwhileProcesses(survey));
  try {
    const plan = await convertAllImages(survey, work, pool, options);
    await writeColumns(plan, work.zarr);
    await work.publish();
    return {
      episodes: plan.episodes.length,
      steps: plan.frames.length,
      skipped: plan.skipped,
      seconds: (performance.now() - started) / 1000,
      output: options.output,
    };
  } catch (error) {
    await work.discardIfEmpty();
    throw error;
  } finally {
    pool.close();
  }
}

function worthwhileProcesses({ jpegBytes }: Survey): number {
  return jpegBytes < BYTES_WORTH_PROCESSES ? 0 : Math.ceil(availableParallelism() / CORES_PER_PROCESS);
}

/** Plans and converts until no damaged frame turns up; a damaged one takes its episode out of the plan. */
async function convertAllImages(
  survey: Survey,
  work: WorkFolder,
  pool: ChunkPool,
  options: ConvertOptions,
): Promise<Plan> {
  const folder = join(work.zarr, 'data', 'image');
  for (let attempt = 0; ; attempt += 1) {
    const plan = await makePlan(survey, work.leftOut, options);
    const starts = await missingChunks(plan, folder);
    if (attempt === 0) await tellSpace(plan, starts.length, options);
    const bad = await convertImages(plan, folder, starts, pool, options);
    if (bad === undefined) return plan;
    options.log?.(`leaving out ${bad.name}: ${bad.reason}`);
    // In this order: killed in between, the old plan finds its chunks gone and meets the frame again.
    await removeChunks(plan, folder, bad.start);
    work.leftOut.set(bad.name, bad.reason);
    await work.save();
  }
}

async function tellSpace(plan: Plan, missing: number, options: ConvertOptions): Promise<void> {
  const frames = Math.min(missing * plan.image.chunks[0]!, plan.frames.length);
  const { neededBytes, freeBytes } = await checkSpace(plan, frames, options);
  const { width, height } = plan.size;
  options.log?.(
    `${plan.episodes.length} episodes, ${plan.frames.length} steps, ${width} × ${height}; needs about ${gigabytes(neededBytes)}, ${gigabytes(freeBytes)} free`,
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
