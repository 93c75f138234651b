/** What the gripper panel shows: judged logs, one under the other; single steps are read when they are looked at. */
import { clipped } from './clip.js';
import { Changes, type PanelModel } from './model.js';
import type { GripperToPage, GripperView, StepView, ThresholdsView } from './panelMessages.js';

/** Reads one step of a log, and its frame's JPEG where it has one. */
export interface StepReader {
  step(path: string, row: number): Promise<StepView>;
  frame(path: string, row: number): Promise<Uint8Array>;
}

interface ShownLog {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly view: GripperView;
}

/** As many as fit below each other; the traces of that many long logs take about ten megabytes. */
export const MAX_LOGS = 12;
const MAX_FINDINGS = 1_000;

export class GripperModel implements PanelModel<'gripper'> {
  readonly kind = 'gripper';
  readonly changed = new Changes();
  private readonly logs: ShownLog[] = [];
  private readonly pending = new Set<string>();
  private readonly changedPaths = new Set<string>();
  private untold = new Set<number>();
  private isListTold = true;
  private nextId = 0;

  constructor(
    readonly subject: string,
    private readonly thresholds: ThresholdsView,
    private readonly reader: StepReader,
  ) {}

  /** A log is being read. */
  expect(path: string): void {
    this.pending.add(path);
    this.tellList();
  }

  /** A log on disk differs from what is shown. */
  outdate(path: string): void {
    this.changedPaths.add(path);
    this.tellList();
  }

  /** Shown logs that have changed on disk. */
  get outdated(): readonly string[] {
    return this.logs.map(({ path }) => path).filter((path) => this.changedPaths.has(path));
  }

  /** Adds a judged log, replacing an earlier version of it. Undefined when there are `MAX_LOGS` already. */
  add(path: string, name: string, view: GripperView): number | undefined {
    this.pending.delete(path);
    this.changedPaths.delete(path);
    const place = this.logs.findIndex((log) => log.path === path);
    if (place < 0 && this.logs.length >= MAX_LOGS) {
      this.tellList();
      return undefined;
    }
    const id = place < 0 ? this.nextId++ : this.logs[place]!.id;
    const log = { id, path, name: clipped(name), view: bounded(view) };
    if (place < 0) this.logs.push(log);
    else this.logs[place] = log;
    this.untold.add(id);
    this.tellList();
    return id;
  }

  remove(id: number): void {
    const place = this.logs.findIndex((log) => log.id === id);
    if (place < 0) return;
    this.logs.splice(place, 1);
    this.untold.delete(id);
    this.tellList();
  }

  pathOf(id: number): string | undefined {
    return this.logs.find((log) => log.id === id)?.path;
  }

  /** A step for the page. A frame that cannot be read is reported with the step; a step that cannot be read throws. */
  async readStep(id: number, row: number): Promise<GripperToPage | undefined> {
    const path = this.pathOf(id);
    if (path === undefined) return undefined;
    const step = await this.reader.step(path, row);
    const told = { type: 'step', log: id, row, step } as const;
    if (!step.hasFrame) return told;
    return this.reader.frame(path, row).then(
      (jpeg) => ({ ...told, jpeg: new Uint8Array(jpeg) }),
      (error: unknown) => ({
        ...told,
        frameProblem: clipped(error instanceof Error ? error.message : String(error)),
      }),
    );
  }

  snapshot(): readonly GripperToPage[] {
    this.untold = new Set(this.logs.map(({ id }) => id));
    this.isListTold = false;
    return this.changes();
  }

  changes(): readonly GripperToPage[] {
    const { untold, thresholds } = this;
    const logs = this.logs
      .filter(({ id }) => untold.has(id))
      .map(({ id, name, view }): GripperToPage => ({ type: 'log', id, name, view }));
    const ids = this.logs.map(({ id }) => id);
    const pending = [...this.pending].map(clipped);
    const outdated = this.logs.filter(({ path }) => this.changedPaths.has(path)).map(({ name }) => name);
    const list: GripperToPage[] = this.isListTold
      ? []
      : [{ type: 'logs', ids, thresholds, pending, outdated }];
    this.untold = new Set();
    this.isListTold = true;
    return [...list, ...logs];
  }

  private tellList(): void {
    this.isListTold = false;
    this.changed.fire();
  }
}

/** Names come from files; there may be one finding per step. */
function bounded(view: GripperView): GripperView {
  const { report, findingRows } = view;
  const { file, checkpoint, findings } = report;
  const kept = findings.slice(0, MAX_FINDINGS);
  return {
    ...view,
    findingRows: findingRows.slice(0, MAX_FINDINGS),
    report: {
      ...report,
      file: clipped(file),
      checkpoint: checkpoint === null ? null : clipped(checkpoint),
      findings: kept.map((finding) => ({ ...finding, message: clipped(finding.message) })),
    },
  };
}
