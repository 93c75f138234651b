/** Fills a conversion panel from the events of its job. Without `vscode`. */
import * as v from 'valibot';
import { jobResults } from '../../engine/jobResults.js';
import type { JobEvent } from '../../engine/jobs.js';
import type { ConvertModel } from '../panels/convertModel.js';
import { reasonOf } from './runFeed.js';

export function feedConversion(model: ConvertModel, events: readonly JobEvent[]): void {
  for (const { told } of events) {
    switch (told.kind) {
      case 'state':
        model.setState(told.state, reasonOf(told.error));
        break;
      case 'progress': {
        const { done, total, rate, timeLeft } = told.progress;
        model.advance({ frames: done, totalFrames: total, framesPerSecond: rate, secondsLeft: timeLeft });
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
