/** The progress of a training, from its events; only from its log where a trainer does not report events. */
import type { TrainEvent } from '../../engine/wire/workerMessages.js';
import type { LastRow } from './curves.js';
import type { Phase, RunProgressView } from './panelMessages.js';

const NOTHING: RunProgressView = {
  part: 0,
  epoch: null,
  epochs: null,
  batch: null,
  batches: null,
  globalStep: null,
  stepsPerSecond: null,
  secondsLeft: null,
  memoryBytes: null,
  features: null,
};

export class RunProgress {
  phase: Phase = 'reading';
  private told: RunProgressView = NOTHING;

  event(event: TrainEvent): void {
    this.phase = phaseAfter(event) ?? this.phase;
    this.tell(newsOf(event, this.told));
  }

  /** Nothing runs, so a speed or a time left would be outdated. */
  rest(): void {
    this.tell({ stepsPerSecond: null, secondsLeft: null, batch: null, batches: null, features: null });
  }

  view(last: LastRow | undefined): RunProgressView {
    if (last === undefined || this.told.globalStep !== null) return this.told;
    return { ...this.told, epoch: this.told.epoch ?? (last.epoch ?? 0) + 1, globalStep: last.step + 1 };
  }

  private tell(news: Partial<RunProgressView>): void {
    this.told = { ...this.told, ...news };
  }
}

function phaseAfter(event: TrainEvent): Phase | undefined {
  switch (event.event) {
    case 'features':
      return 'caching';
    case 'step':
    case 'epoch':
      return 'training';
    case 'phase':
      return event.phase;
    case 'start':
    case 'note':
    case 'checkpoint':
    case 'paused':
    case 'continued':
    case 'notFinite':
      return undefined;
    default:
      return event satisfies never;
  }
}

function newsOf(event: TrainEvent, told: RunProgressView): Partial<RunProgressView> {
  switch (event.event) {
    case 'start': {
      const { epochs, stepsPerEpoch, firstEpoch } = event;
      const epoch = Math.min(firstEpoch + 1, epochs);
      const part = firstEpoch / Math.max(epochs, 1);
      return { ...NOTHING, epoch, epochs, batches: stepsPerEpoch ?? null, part };
    }
    case 'features':
      return { features: { done: event.done, total: event.total } };
    case 'step':
      return stepNews(event, told);
    case 'epoch': {
      const { epochs, stepsPerSecond, secondsLeft, log } = event;
      const done = event.epoch + 1;
      const globalStep = (log['global_step'] ?? -1) + 1;
      const part = done / Math.max(epochs, 1);
      return { epoch: done, epochs, batch: null, globalStep, stepsPerSecond, secondsLeft, part };
    }
    case 'phase':
    case 'note':
    case 'checkpoint':
    case 'paused':
    case 'continued':
    case 'notFinite':
      return {};
    default:
      return event satisfies never;
  }
}

/** Steps and epochs are counted from 1 for a person. */
function stepNews(event: Extract<TrainEvent, { event: 'step' }>, told: RunProgressView) {
  const { epoch, batch, batches, globalStep, stepsPerSecond, secondsLeft, memoryBytes } = event;
  const epochs = Math.max(told.epochs ?? epoch + 1, 1);
  const part = (epoch + batch / Math.max(batches, 1)) / epochs;
  const counted = { epoch: epoch + 1, batch, batches, globalStep, part, features: null };
  return { ...counted, stepsPerSecond, secondsLeft, memoryBytes };
}
