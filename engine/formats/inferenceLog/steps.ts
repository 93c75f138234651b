/** Puts records into steps: numbers them, and joins each answer with its observation in another list. */

import type { ByteRange } from './jsonTokens.js';
import { JsonFault } from './logError.js';
import { decodeRecord, type Section, type StepRecord } from './records.js';
import type { LogStep, MalformedRecord } from './types.js';
import type { LogValue } from './values.js';

/** Two days at ten per second; what is kept of each step (some ten numbers) then fits into 200 MB. */
const MAX_STEPS = 2_000_000;
/** Records that wait for their other half, each about a kilobyte; later ones are given without it. */
const MAX_WAITING = 100_000;
/** Enough to see what is wrong with a log. */
const MAX_MALFORMED = 20;

interface Observed {
  readonly state: readonly number[] | undefined;
  readonly image: ByteRange | undefined;
}

export class StepAssembler {
  readonly malformed: MalformedRecord[] = [];
  malformedCount = 0;
  actionDim: number | undefined;
  answers = 0;
  executed = 0;
  private readonly observed = new Map<number, Observed>();
  private observations = 0;
  private waiting: { section: Section; record: StepRecord; range: ByteRange }[] = [];

  constructor(private readonly onStep: (step: LogStep) => void) {}

  add(section: Section, value: LogValue, range: ByteRange): void {
    const record = decodeRecord(section, value);
    if (typeof record === 'string') this.refuse(range, record);
    else if (record.kind === 'observation') this.observe(record);
    else if (section === 'steps' || record.kind === 'executed' || this.observations > 0)
      this.give(section, record, range);
    else this.wait(section, record, range);
  }

  /** Gives the answers whose observations came behind them, or never. */
  flush(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { section, record, range } of waiting) this.give(section, record, range);
  }

  private observe({ step, state, image }: StepRecord): void {
    const number = step ?? this.observations;
    this.observations++;
    if (this.observed.size < MAX_WAITING) this.observed.set(number, { state, image });
  }

  private wait(section: Section, record: StepRecord, range: ByteRange): void {
    this.waiting.push({ section, record, range });
    if (this.waiting.length > MAX_WAITING) this.flush();
  }

  private give(section: Section, record: StepRecord, range: ByteRange): void {
    const width = record.action[0]!.length;
    // What the robot carried out always has a pose and a gripper, whatever the policy answered.
    if (record.kind === 'answer') {
      this.actionDim ??= width;
      if (width !== this.actionDim) {
        this.refuse(range, `its actions have ${width} values, but earlier ones have ${this.actionDim}`);
        return;
      }
    }
    const kind = record.kind as LogStep['kind'];
    const index = kind === 'answer' ? this.answers++ : this.executed++;
    if (index >= MAX_STEPS) {
      throw new JsonFault(
        'bound',
        range.start,
        `there are more than ${MAX_STEPS} steps, more than in two days at ten per second`,
      );
    }
    const step = record.step ?? index;
    const other = kind === 'answer' ? this.observed.get(step) : undefined;
    this.observed.delete(step);
    const { action, timing } = record;
    const gripper = gripperIn(section, width);
    const state = record.state ?? other?.state;
    this.onStep({
      kind,
      index,
      step,
      state,
      action,
      gripper,
      timing,
      range,
      image: record.image ?? other?.image,
    });
  }

  private refuse(range: ByteRange, reason: string): void {
    this.malformedCount++;
    if (this.malformed.length < MAX_MALFORMED) this.malformed.push({ offset: range.start, reason });
  }
}

/** Seven values are a pose with a quaternion, or in the older layout a position, a rotation vector and the gripper's width. */
function gripperIn(section: Section, width: number): LogStep['gripper'] {
  if (width >= 8) return 'command';
  return section === 'outputs' && width === 7 ? 'width' : undefined;
}
