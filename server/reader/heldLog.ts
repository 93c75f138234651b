/** A log as the thread holds it: what is judged, and where each row's record and frame are in the file. */
import type { ByteRange, LogStep } from '../../engine/formats/inferenceLog/index.js';
import { type GripperLog, readGripperLog } from '../../engine/judge/gripper/trace.js';

export interface HeldLog {
  readonly log: GripperLog;
  readonly places: LogPlaces;
  /** Its approximate memory. */
  readonly bytes: number;
}

/** Throws as `readInferenceLog` does. */
export async function readHeldLog(path: string, signal: AbortSignal): Promise<HeldLog> {
  const [answers, executed] = [new LogPlaces(), new LogPlaces()];
  const onStep = (step: LogStep) => (step.kind === 'answer' ? answers : executed).add(step);
  const log = await readGripperLog(path, { signal, onStep });
  const places = log.isExecuted ? executed : answers;
  const traceBytes = log.trace.length * 8 * Float64Array.BYTES_PER_ELEMENT;
  return { log, places, bytes: traceBytes + places.bytes };
}

/** What the server measured, preferred first: from the request's arrival to the answer, or the policy alone. */
const LATENCIES = ['total_latency', 'inference_latency'] as const;
/** Start and end of the record, start and end of the frame (-1 without one), the two latencies. */
const WIDTH = 6;

/** Numbers of each row, in one growing table. */
export class LogPlaces {
  private table = new Float64Array(256 * WIDTH);
  private rows = 0;
  private measured = [0, 0];
  frames = 0;

  get bytes(): number {
    return this.table.byteLength;
  }

  add({ range, image, timing }: LogStep): void {
    const at = this.rows * WIDTH;
    if (at === this.table.length) {
      const wider = new Float64Array(this.table.length * 2);
      wider.set(this.table);
      this.table = wider;
    }
    const latencies = LATENCIES.map((name) => timing.get(name) ?? Number.NaN);
    this.table.set([range.start, range.end, image?.start ?? -1, image?.end ?? -1, ...latencies], at);
    for (const [which, value] of latencies.entries()) if (!Number.isNaN(value)) this.measured[which]!++;
    if (image !== undefined) this.frames++;
    this.rows++;
  }

  range(row: number): ByteRange {
    return { start: this.table[row * WIDTH]!, end: this.table[row * WIDTH + 1]! };
  }

  image(row: number): ByteRange | undefined {
    const start = this.table[row * WIDTH + 2]!;
    return start < 0 ? undefined : { start, end: this.table[row * WIDTH + 3]! };
  }

  /** The preferred latency that the log has; undefined when it was not measured. */
  get latencyName(): string | undefined {
    return LATENCIES[this.latencyIndex];
  }

  /** Seconds; NaN where it was not measured. */
  latency(row: number): number {
    const which = this.latencyIndex;
    return which < 0 ? Number.NaN : this.table[row * WIDTH + 4 + which]!;
  }

  private get latencyIndex(): number {
    return this.measured.findIndex((count) => count > 0);
  }
}
