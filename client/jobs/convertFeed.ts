/** Fills a conversion panel from the events of its job. Without `vscode`. */
import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { jobResults } from '../../engine/wire/jobResults.js';
import type { JobEvent, JobProgress } from '../../engine/wire/jobs.js';
import type { ConvertModel } from '../panels/convertModel.js';
import { reasonOf } from './runFeed.js';

/** A picture of a recording has some hundred kilobytes; what is larger is not shown small. */
const MAX_PICTURE_BYTES = 4e6;

export async function feedConversion(
  model: ConvertModel,
  events: readonly JobEvent[],
  onProblem: (error: unknown) => void,
): Promise<void> {
  for (const { told } of events) {
    switch (told.kind) {
      case 'state':
        model.setState(told.state, reasonOf(told.error));
        break;
      case 'progress': {
        const { done, total, rate, timeLeft, last } = told.progress;
        model.advance({ frames: done, totalFrames: total, framesPerSecond: rate, secondsLeft: timeLeft });
        if (last !== undefined) await addThumbnail(model, last).catch(onProblem);
        break;
      }
      case 'log':
        for (const line of told.text.split('\n')) if (line.trim() !== '') model.note(line);
        break;
      case 'result': {
        const result = v.safeParse(jobResults.convert, told.result);
        if (result.success) model.finish(result.output);
        break;
      }
      case 'train':
        break;
      default:
        told satisfies never;
    }
  }
}

/** The recorded picture itself, as it is on disk. */
async function addThumbnail(
  model: ConvertModel,
  { episode, frame, path }: NonNullable<JobProgress['last']>,
): Promise<void> {
  if (!/\.jpe?g$/i.test(path) || (await stat(path)).size > MAX_PICTURE_BYTES) return;
  model.thumbnail(episode, frame, await readFile(path));
}
