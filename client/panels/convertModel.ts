/** What the conversion panel shows, from the job's progress, notes, thumbnails and its end. */
import { clipped, finiteOrNull } from './clip.js';
import { Changes, type PanelModel } from './model.js';
import {
  type ConversionView,
  type ConvertToPage,
  type JobState,
  MAX_THUMBNAILS,
  type SkippedView,
  type Thumbnail,
} from './panelMessages.js';

/** As a conversion reports it (`engine/work/convert`). */
interface ConversionProgress {
  readonly frames: number;
  readonly totalFrames: number;
  readonly framesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
}

interface ConversionResult {
  readonly episodes: number;
  readonly steps: number;
  readonly skipped: readonly SkippedView[];
  readonly seconds: number;
  readonly output: string;
  readonly rotation?: string | undefined;
  readonly shapes?: Readonly<Record<string, readonly number[]>> | undefined;
}

/** Beyond this many, the page shows only how many more there are. */
const MAX_SKIPPED = 500;
const MAX_NOTES = 100;

export class ConvertModel implements PanelModel<'convert'> {
  readonly kind = 'convert';
  readonly changed = new Changes();
  private state: JobState = 'queued';
  private reason: string | undefined;
  private progress: ConversionProgress | undefined;
  private result: ConversionResult | undefined;
  private readonly notes: string[] = [];
  private readonly leftOut = new Map<string, string>();
  private thumbnails: Thumbnail[] = [];
  private nextThumbnail = 0;
  private toldThumbnail = 0;

  constructor(
    readonly subject: string,
    private readonly folders: { readonly input: string; readonly output: string },
  ) {}

  advance(progress: ConversionProgress): void {
    this.progress = progress;
    this.changed.fire();
  }

  note(text: string): void {
    if (this.notes.length >= MAX_NOTES) return;
    this.notes.push(clipped(text));
    this.changed.fire();
  }

  /** An episode that cannot be used. */
  skip({ episode, reason }: SkippedView): void {
    this.leftOut.set(episode, reason);
    this.changed.fire();
  }

  /** A frame that was converted; the newest are kept. */
  thumbnail(episode: string, frame: number, jpeg: Uint8Array): void {
    this.thumbnails.push({
      id: this.nextThumbnail++,
      episode: clipped(episode),
      frame,
      jpeg: new Uint8Array(jpeg),
    });
    this.thumbnails = this.thumbnails.slice(-MAX_THUMBNAILS);
    this.changed.fire();
  }

  setState(state: JobState, reason?: string): void {
    this.state = state;
    this.reason = reason;
    this.changed.fire();
  }

  finish(result: ConversionResult): void {
    this.result = result;
    for (const { episode, reason } of result.skipped) this.leftOut.set(episode, reason);
    this.setState('done');
  }

  snapshot(): readonly ConvertToPage[] {
    this.toldThumbnail = 0;
    return this.changes();
  }

  changes(): readonly ConvertToPage[] {
    const news = this.thumbnails.filter(({ id }) => id >= this.toldThumbnail);
    this.toldThumbnail = this.nextThumbnail;
    const conversion: ConvertToPage = { type: 'conversion', conversion: this.view() };
    return news.length === 0 ? [conversion] : [conversion, { type: 'thumbnails', thumbnails: news }];
  }

  private view(): ConversionView {
    const { folders, state, reason, progress, result, notes, leftOut } = this;
    const isRunning = state === 'running';
    const skipped = [...leftOut].slice(0, MAX_SKIPPED);
    return {
      input: clipped(folders.input),
      output: clipped(result?.output ?? folders.output),
      state,
      reason: reason === undefined ? null : clipped(reason),
      frames: progress?.frames ?? 0,
      totalFrames: progress?.totalFrames ?? null,
      framesPerSecond: isRunning ? finiteOrNull(progress?.framesPerSecond) : null,
      secondsLeft: isRunning ? finiteOrNull(progress?.secondsLeft) : null,
      skipped: skipped.map(([episode, why]) => ({ episode: clipped(episode), reason: clipped(why) })),
      skippedCount: leftOut.size,
      notes,
      result: result === undefined ? null : resultView(result),
      controls: CONTROLS[state],
    };
  }
}

const CONTROLS: Readonly<Record<JobState, ConversionView['controls']>> = {
  queued: ['cancel'],
  running: ['cancel'],
  pausing: [],
  stopping: [],
  paused: ['resume'],
  stopped: ['resume'],
  cancelled: ['resume'],
  failed: ['resume'],
  done: [],
};

function resultView(result: ConversionResult): ConversionView['result'] {
  const { episodes, steps, seconds, output, rotation, shapes } = result;
  const actionDim = shapes?.['action']?.[0];
  const turned =
    rotation === undefined || actionDim === undefined ? null : { rotation: clipped(rotation), actionDim };
  return { episodes, steps, seconds, output: clipped(output), turned };
}
