/** What the checkpoint editor shows: the file's header, the keys of one state dict, and what the page asks about one of them. */
import {
  type CheckpointHeader,
  checkpointKeysRequest,
  checkpointRequest,
  explainKeyRequest,
  type KeyAnswer,
  type KeyRow,
  type PlaceAnswer,
  READS,
  type TargetRef,
} from '../../server/editorRequests.js';
import { clipped } from '../panels/clip.js';
import { type Banner, MAX_ROWS } from '../panels/messageParts.js';
import { Changes, type PanelModel } from '../panels/model.js';
import type { CheckpointAction, CheckpointToPage, CheckpointView, KeyRowView } from './checkpointMessages.js';
import { Latest, messageOf, unlessGivenUp, type ViewerServer } from './viewerServer.js';

/** The training compared with, and its name. */
export interface ShownTarget extends TargetRef {
  readonly label: string;
}

/** What leads out of the editor. */
export interface CheckpointDoors {
  readonly openListing: () => Promise<void>;
  readonly selectTarget: () => Promise<void>;
  readonly openPlace: (place: PlaceAnswer) => Promise<void>;
  readonly copy: (text: string) => Promise<void>;
}

interface CheckpointParts {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly server: ViewerServer;
  readonly target: ShownTarget | null;
  readonly doors: CheckpointDoors;
}

const BINS = 48;

export class CheckpointModel implements PanelModel<'checkpoint'> {
  readonly kind = 'checkpoint';
  readonly changed = new Changes();
  private readonly latest = new Latest();
  private target: ShownTarget | null;
  private state: CheckpointView['state'] = 'reading';
  private reason: string | null = null;
  private header: CheckpointHeader | undefined;
  /** The state dict that the user chose, by name: a changed file may list them in a different order. */
  private chosen: string | undefined;
  private rows: readonly KeyRow[] = [];
  private explained: KeyAnswer | undefined;
  private untold = { header: false, keys: false };

  constructor(private readonly parts: CheckpointParts) {
    this.target = parts.target;
  }

  get subject(): string {
    return this.parts.path;
  }

  /** Reads the file (again); settles when everything shown reflects its present state. Never rejects: errors are shown. */
  async read(): Promise<void> {
    const signal = this.latest.signal('read');
    try {
      const header = await this.parts.server.ask(checkpointRequest, this.asked(), signal);
      const rows = await this.keysOf(header, signal);
      signal.throwIfAborted();
      this.header = header;
      this.showRows(rows);
    } catch (error) {
      if (signal.aborted) return;
      this.state = 'failed';
      this.reason = clipped(messageOf(error));
      this.tellHeader();
    }
  }

  async setTarget(target: ShownTarget | null): Promise<void> {
    this.target = target;
    await this.read();
  }

  async act(action: CheckpointAction): Promise<CheckpointToPage | undefined> {
    const { doors } = this.parts;
    switch (action.kind) {
      case 'showStateDict':
        await this.choose(action.stateDict);
        return undefined;
      case 'explain':
        return this.explain(action.row);
      case 'histogram':
        return this.histogram(action.row);
      case 'openPlace':
        await this.openPlace(action.dimension, action.source);
        return undefined;
      case 'copyFix':
        if (this.explained?.fix != null) await doors.copy(this.explained.fix);
        return undefined;
      case 'openListing':
        await doors.openListing();
        return undefined;
      case 'selectTarget':
        await doors.selectTarget();
        return undefined;
      default:
        return action satisfies never;
    }
  }

  snapshot(): readonly CheckpointToPage[] {
    this.untold = { header: true, keys: this.header !== undefined };
    return this.changes();
  }

  changes(): readonly CheckpointToPage[] {
    const { header, keys } = this.untold;
    this.untold = { header: false, keys: false };
    return [
      ...(header ? [{ type: 'checkpoint', checkpoint: this.view() } as const] : []),
      ...(keys ? [{ type: 'keys', stateDict: this.shown, rows: this.rows.map(rowView) } as const] : []),
    ];
  }

  dispose(): void {
    this.latest.dispose();
  }

  private asked(): { path: string; target: TargetRef | null } {
    const { path } = this.parts;
    if (this.target === null) return { path, target: null };
    const { primary, overrides } = this.target;
    return { path, target: { primary, overrides: [...overrides] } };
  }

  private async keysOf(header: CheckpointHeader, signal: AbortSignal): Promise<readonly KeyRow[]> {
    const stateDict = header.stateDicts[placeOf(header, this.chosen)]?.name;
    if (stateDict === undefined) return [];
    const { server } = this.parts;
    const { rows } = await server.ask(checkpointKeysRequest, { ...this.asked(), stateDict }, signal);
    return rows;
  }

  private async choose(place: number): Promise<void> {
    const name = this.header?.stateDicts[place]?.name;
    if (this.header === undefined || name === undefined) return;
    const before = this.chosen;
    this.chosen = name;
    const signal = this.latest.signal('read');
    try {
      this.showRows(await this.keysOf(this.header, signal));
    } catch (error) {
      if (signal.aborted) return;
      this.chosen = before;
      throw error;
    }
  }

  private showRows(rows: readonly KeyRow[]): void {
    this.state = 'read';
    this.reason = null;
    this.rows = rows.slice(0, MAX_ROWS);
    this.untold.keys = true;
    this.tellHeader();
  }

  private async explain(row: number): Promise<CheckpointToPage | undefined> {
    const asked = this.keyAt(row);
    if (asked === undefined) return undefined;
    const signal = this.latest.signal('explain');
    const { path: checkpoint, target } = this.asked();
    const answers = await unlessGivenUp(
      this.parts.server.ask(explainKeyRequest, { checkpoint, target, ...asked }, signal),
      signal,
    );
    const answer = answers?.[0]?.answer;
    if (answer === undefined) return undefined;
    this.explained = answer;
    const dimensions = answer.dimensions.map(({ setBy, ...dimension }) => ({
      ...dimension,
      setBy: setBy.map(({ path, place }) => ({ path: clipped(path), canOpen: place !== null })),
    }));
    const texts = { meaning: clipped(answer.meaning), why: clipped(answer.why) };
    return { type: 'key', row, detail: { ...answer, ...texts, aliases: [...answer.aliases], dimensions } };
  }

  private async histogram(row: number): Promise<CheckpointToPage | undefined> {
    const asked = this.keyAt(row);
    if (asked === undefined) return undefined;
    const { path, server } = this.parts;
    const signal = this.latest.signal('histogram');
    const question = { path, ...asked, bins: BINS };
    const found = await unlessGivenUp(server.ask(READS.tensorHistogram, question, signal), signal);
    return found && { type: 'histogram', row, histogram: { ...found, counts: [...found.counts] } };
  }

  private keyAt(row: number): { stateDict: string; key: string } | undefined {
    const stateDict = this.header?.stateDicts[this.shown];
    const key = this.rows[row]?.key;
    return stateDict === undefined || key === undefined ? undefined : { stateDict: stateDict.name, key };
  }

  private async openPlace(dimension: number, source: number): Promise<void> {
    const place = this.explained?.dimensions[dimension]?.setBy[source]?.place;
    if (place != null) await this.parts.doors.openPlace(place);
  }

  private get shown(): number {
    return this.header === undefined ? 0 : placeOf(this.header, this.chosen);
  }

  private view(): CheckpointView {
    const { header, state, reason } = this;
    return {
      name: clipped(this.parts.name),
      path: clipped(this.parts.path),
      state,
      reason,
      bytes: header?.bytes ?? null,
      policy: header?.policy ?? null,
      actionDim: header?.actionDim ?? null,
      epoch: header?.epoch ?? null,
      globalStep: header?.globalStep ?? null,
      stateDicts: (header?.stateDicts ?? []).map(({ shown, kind, keys, values }) => ({
        name: shown,
        kind,
        keys,
        values,
      })),
      shown: this.shown,
      target: this.target === null ? null : clipped(this.target.label),
      banners: header === undefined ? [] : bannersOf(header, this.target, this.rows.length),
    };
  }

  private tellHeader(): void {
    this.untold.header = true;
    this.changed.fire();
  }
}

/** The state dict that was chosen; at first the trained weights, else whatever comes first. */
function placeOf({ stateDicts }: CheckpointHeader, chosen: string | undefined): number {
  const places = [chosen, 'model', 'ema_model'].map((name) =>
    stateDicts.findIndex((each) => each.name === name),
  );
  return places.find((place) => place >= 0) ?? 0;
}

/** Names of code that a banner spells out. */
const MAX_NAMES = 5;

function bannersOf(header: CheckpointHeader, target: ShownTarget | null, rows: number): Banner[] {
  const { unexpectedGlobals, unexpectedCount, comparisonProblem, form } = header;
  const names = unexpectedGlobals.slice(0, MAX_NAMES).join(', ');
  const hidden = unexpectedCount - Math.min(unexpectedGlobals.length, MAX_NAMES);
  const more = hidden > 0 ? ` and ${hidden} more` : '';
  return [
    ...banner(
      unexpectedGlobals.length > 0,
      'error',
      'unexpected-globals',
      `This file would run code in Python: it names ${names}${more}, which a checkpoint never needs. Nothing was run here. Do not load it with torch.load unless you trust its source.`,
    ),
    ...banner(
      target !== null && comparisonProblem !== null,
      'warning',
      'not-compared',
      `Not compared with ${target?.label}: ${comparisonProblem}`,
    ),
    ...banner(
      form !== null,
      'info',
      'other-form',
      `This is ${form}, not a training checkpoint. regrip adapt converts it to one (--old-config OLD.yaml).`,
    ),
    ...banner(
      rows === MAX_ROWS,
      'info',
      'too-many-keys',
      `Only the first ${MAX_ROWS} keys are shown; the checkpoint has more.`,
    ),
  ];
}

function banner(holds: boolean, severity: Banner['severity'], code: string, message: string): Banner[] {
  return holds ? [{ severity, code, message: clipped(message) }] : [];
}

function rowView({ key, shown = key, shape, expected, ...row }: KeyRow): KeyRowView {
  return {
    name: shown,
    shape: shape === null ? null : [...shape],
    dtype: row.dtype,
    alias: row.alias,
    verdict: row.verdict,
    expected: expected === null ? null : [...expected],
    fate: row.fate,
    gets: row.gets,
  };
}
