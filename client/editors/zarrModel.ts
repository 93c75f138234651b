/** What the data set viewer shows: episodes, arrays and notes; frames and traces are read as the page asks for them. */
import { type ArrayRow, type DataSetTable, dataSetNotesRequest, READS } from '../../server/editorRequests.js';
import { clipped } from '../panels/clip.js';
import { InputWatch } from '../panels/inputWatch.js';
import { type Banner, MAX_ROWS } from '../panels/messageParts.js';
import { Changes, type PanelModel } from '../panels/model.js';
import { frameRate } from './frameRate.js';
import { type TracePlan, traceCharts } from './traceCharts.js';
import { Latest, messageOf, unlessGivenUp, type ViewerServer } from './viewerServer.js';
import type { DataSetView, ZarrAction, ZarrToPage } from './zarrMessages.js';

interface ZarrParts {
  /** Absolute, of the folder. */
  readonly path: string;
  readonly name: string;
  readonly server: ViewerServer;
}

/** Side by side; robots have one to four. */
const MAX_CAMERAS = 4;
const MAX_ARRAYS = 1_000;
/** Steps whose times tell the rate. */
const RATE_STEPS = 4_000;
/** The most that the reader returns at once. */
const MAX_POINTS = 20_000;

const OUTDATED: Banner = {
  severity: 'warning',
  code: 'outdated',
  message: 'The data set has changed on disk since it was read: what is shown may be outdated.',
};

type Asked<Kind extends ZarrAction['kind']> = Extract<ZarrAction, { kind: Kind }>;

export class ZarrModel implements PanelModel<'zarr'> {
  readonly kind = 'zarr';
  readonly changed = new Changes();
  private readonly latest = new Latest();
  private state: DataSetView['state'] = 'reading';
  private reason: string | null = null;
  private table: DataSetTable | undefined;
  private charts: readonly TracePlan[] = [];
  private cameras: readonly Camera[] = [];
  private framesPerSecond: number | null = null;
  private notes: readonly Banner[] = [];
  private isTold = false;
  private isOutdated = false;
  /** The user decides when changes are read. */
  private readonly inputs = new InputWatch(() => {
    this.isOutdated = true;
    this.tell();
  });

  constructor(private readonly parts: ZarrParts) {}

  get subject(): string {
    return this.parts.path;
  }

  /** Reads the data set (again); settles when everything shown reflects its present state. Never rejects: errors are shown. */
  async read(): Promise<void> {
    const signal = this.latest.signal('read');
    this.isOutdated = false;
    this.inputs.restart();
    try {
      const table = await this.readTable(signal);
      signal.throwIfAborted();
      this.show(table);
      // Times that cannot be read leave the rate unknown: the notes name their array.
      const rate = this.readRate(table, signal)
        .catch(() => null)
        .then((found) => (this.framesPerSecond = found));
      const notes = this.readNotes(signal).then((found) => (this.notes = found));
      await Promise.all([rate, notes]);
      signal.throwIfAborted();
    } catch (error) {
      if (signal.aborted) return;
      this.state = 'failed';
      this.reason = clipped(messageOf(error));
    }
    this.tell();
  }

  async act(action: ZarrAction): Promise<ZarrToPage | undefined> {
    switch (action.kind) {
      case 'frame':
        return this.frame(action);
      case 'trace':
        return this.trace(action);
      case 'refresh':
        await this.read();
        return undefined;
      default:
        return action satisfies never;
    }
  }

  snapshot(): readonly ZarrToPage[] {
    this.isTold = false;
    return this.changes();
  }

  changes(): readonly ZarrToPage[] {
    if (this.isTold) return [];
    this.isTold = true;
    return [{ type: 'dataSet', dataSet: this.view() }];
  }

  dispose(): void {
    this.inputs.dispose();
    this.latest.dispose();
  }

  private show(table: DataSetTable): void {
    this.state = 'read';
    this.reason = null;
    this.table = table;
    this.charts = traceCharts(table.arrays, stepsOf(table));
    this.cameras = camerasOf(table);
    this.tell();
  }

  /** Stamps are taken first, so that a change during the read is not missed. */
  private async readTable(signal: AbortSignal): Promise<DataSetTable> {
    const { path, server } = this.parts;
    const { files } = await server.ask(READS.dataSetFiles, { path }, signal);
    await this.inputs.look(...files);
    return server.ask(READS.episodes, { path }, signal);
  }

  /** Undefined where the data set does not record the times of its steps. */
  private async readRate({ arrays, episodeEnds }: DataSetTable, signal: AbortSignal): Promise<number | null> {
    const { path, server } = this.parts;
    const toStep = Math.min(episodeEnds.at(-1) ?? 0, RATE_STEPS);
    if (toStep < 2 || !arrays.some(({ name }) => name === 'timestamp')) return null;
    const asked = { path, array: 'timestamp', columns: [0], fromStep: 0, toStep, maxPoints: MAX_POINTS };
    const { columns } = await server.ask(READS.columns, asked, signal);
    return frameRate(columns[0]!);
  }

  private async readNotes(signal: AbortSignal): Promise<readonly Banner[]> {
    const { path, server } = this.parts;
    const { notes } = await server.ask(dataSetNotesRequest, { path }, signal);
    return notes.map((note) => ({ ...note, message: clipped(note.message) }));
  }

  private async frame({ camera, step, maxWidth }: Asked<'frame'>): Promise<ZarrToPage | undefined> {
    const { path, server } = this.parts;
    const array = this.cameras[camera]?.array;
    if (array === undefined) return undefined;
    // Frames are requested ahead, so they do not replace each other.
    const signal = this.latest.untilDisposed;
    const told = { type: 'frame', camera, step } as const;
    try {
      const picture = await unlessGivenUp(
        server.ask(READS.frame, { path, array, step, maxWidth }, signal),
        signal,
      );
      return picture && { ...told, jpeg: new Uint8Array(Buffer.from(picture.jpegBase64, 'base64')) };
    } catch (error) {
      return { ...told, problem: clipped(messageOf(error)) };
    }
  }

  private async trace({ chart, ...range }: Asked<'trace'>): Promise<ZarrToPage | undefined> {
    const plan = this.charts.find(({ id }) => id === chart);
    if (plan === undefined) return undefined;
    const signal = this.latest.signal(`trace ${chart}`);
    const { fromStep, toStep } = range;
    const told = { type: 'trace', chart, fromStep, toStep } as const;
    try {
      const read = await unlessGivenUp(this.readLines(plan, range, signal), signal);
      return read && { ...told, ...read };
    } catch (error) {
      return { ...told, bucketSteps: 1, lines: [], problem: clipped(messageOf(error)) };
    }
  }

  private async readLines(
    { lines }: TracePlan,
    { fromStep, toStep, maxPoints }: Omit<Asked<'trace'>, 'kind' | 'chart'>,
    signal: AbortSignal,
  ) {
    const { path, server } = this.parts;
    const arrays = [...new Set(lines.map(({ array }) => array))];
    const traces = arrays.map(async (array) => {
      const columns = lines.filter((line) => line.array === array).map(({ column }) => column);
      const range = { fromStep, toStep, maxPoints: Math.min(maxPoints, MAX_POINTS) };
      const trace = await server.ask(READS.columns, { path, array, columns, ...range }, signal);
      return { array, columns, trace };
    });
    const read = await Promise.all(traces);
    return {
      bucketSteps: Math.max(1, ...read.map(({ trace }) => trace.bucketSteps)),
      lines: lines.map(({ array, column }) => {
        const { columns, trace } = read.find((one) => one.array === array)!;
        return { steps: [...trace.steps], values: [...trace.columns[columns.indexOf(column)]!] };
      }),
    };
  }

  private view(): DataSetView {
    const { table, state, reason, framesPerSecond, notes, isOutdated } = this;
    return {
      name: clipped(this.parts.name),
      path: clipped(this.parts.path),
      state,
      reason,
      episodeEnds: table?.episodeEnds.slice(0, MAX_ROWS) ?? [],
      arrays: (table?.arrays ?? []).slice(0, MAX_ARRAYS).map(arrayView),
      cameras: this.cameras.map((camera) => ({ ...camera, array: clipped(camera.array) })),
      traces: this.charts.map(({ id, title, look, lines }) => ({
        id,
        title: clipped(title),
        look,
        lines: lines.map(({ label, style, ink }) => ({ label, style, ink })),
      })),
      framesPerSecond,
      banners: [...(isOutdated ? [OUTDATED] : []), ...notes],
    };
  }

  private tell(): void {
    this.isTold = false;
    this.changed.fire();
  }
}

interface Camera {
  readonly array: string;
  readonly height: number;
  readonly width: number;
}

function stepsOf({ episodeEnds }: DataSetTable): number {
  return episodeEnds.at(-1) ?? 0;
}

/** (N, height, width, 1 or 3) of bytes, one frame per step. */
function camerasOf(table: DataSetTable): Camera[] {
  const cameras = table.arrays.flatMap(({ name, shape, dtype }) => {
    const [frames, height = 0, width = 0, channels = 1, ...more] = shape;
    const isImage = shape.length >= 3 && more.length === 0 && dtype === '|u1' && [1, 3].includes(channels);
    return isImage && frames === stepsOf(table) && height > 0 && width > 0
      ? [{ array: name, height, width }]
      : [];
  });
  return cameras.slice(0, MAX_CAMERAS);
}

function arrayView({ name, shape, dtype, chunks, compressor }: ArrayRow): DataSetView['arrays'][number] {
  return {
    name: clipped(name),
    shape: [...shape],
    dtype,
    chunks: [...chunks],
    compressor: clipped(compressor === null ? '' : codecText(compressor)),
  };
}

/** `blosc: lz4, level 5`; of other codecs the id and its options. */
function codecText({ id, ...options }: Readonly<Record<string, unknown>>): string {
  const { cname, clevel, level = clevel } = options;
  const words = [
    ...(typeof cname === 'string' ? [cname] : []),
    ...(typeof level === 'number' ? [`level ${level}`] : []),
  ];
  return [String(id), ...(words.length === 0 ? [] : [words.join(', ')])].join(': ');
}
