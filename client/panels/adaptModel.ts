/** What the adaptation's panel shows: the fate of each key before anything is written, then the result. */
import { counted } from '../../engine/base/counted.js';
import { clipped } from './clip.js';
import { DimensionDraft, type PlannedDimensions } from './dimensionDraft.js';
import type { DimensionAction } from './dimensionMessages.js';
import { Changes, type PanelModel } from './model.js';
import type { AdaptationView, AdaptToPage, PlanRow } from './panelMessages.js';

/** A plan as the engine reports it (`engine/adapt/view.ts`). */
interface PlannedAdaptation
  extends Pick<AdaptationView, 'oldActionDim' | 'newActionDim' | 'strategy' | 'weights' | 'optimizer'> {
  readonly source: string;
  readonly rows: readonly PlanRow[];
  readonly losses: AdaptationView['losses'];
  readonly warnings: readonly string[];
  readonly dimensions?: readonly PlannedDimensions[];
}

/** A real policy has about 500 keys; a crafted checkpoint may hold millions. */
const MAX_ROWS = 20_000;
const MAX_WARNINGS = 200;

export class AdaptModel implements PanelModel<'adapt'> {
  readonly kind = 'adapt';
  readonly changed = new Changes();
  private state: AdaptationView['state'] = 'planned';
  private reason: string | undefined;
  private changedInput: string | undefined;
  private areRowsTold = true;
  private readonly draft: DimensionDraft;

  constructor(
    readonly subject: string,
    private plan: PlannedAdaptation,
    private output: string | undefined,
  ) {
    this.draft = new DimensionDraft(plan.dimensions ?? []);
  }

  /** The person chose where to write. */
  writing(output: string): void {
    this.output = output;
    this.setState('writing');
  }

  setState(state: AdaptationView['state'], reason?: string): void {
    this.state = state;
    this.reason = reason;
    this.changed.fire();
  }

  /** An input has changed since this was planned: what is shown is not what would be written. */
  outdate(input: string): void {
    this.changedInput = input;
    this.changed.fire();
  }

  /** What is shown is not what would be written. */
  get isOutdated(): boolean {
    return this.changedInput !== undefined || !this.draft.isPlanned;
  }

  /** Of the form, as `--map` takes them. */
  get maps(): readonly string[] {
    return this.draft.maps;
  }

  /** A change in the form. `plan`: another plan is needed; `unsound`: one is, but the form contradicts itself. */
  changeDimensions(action: DimensionAction): 'same' | 'unsound' | 'plan' {
    this.draft.change(action);
    this.changed.fire();
    if (this.draft.isPlanned) return 'same';
    return this.draft.isSound ? 'plan' : 'unsound';
  }

  /** What the same call plans from the inputs as they are now, with these maps. */
  replan(plan: PlannedAdaptation, maps: readonly string[] = this.maps): void {
    this.plan = plan;
    this.draft.replan(plan.dimensions ?? [], maps);
    this.changedInput = undefined;
    this.areRowsTold = false;
    this.setState('planned');
  }

  snapshot(): readonly AdaptToPage[] {
    this.areRowsTold = false;
    return this.changes();
  }

  private rows(): AdaptToPage {
    const rows = this.plan.rows.slice(0, MAX_ROWS).map((row) => ({
      ...row,
      key: clipped(row.key),
      detail: clipped(row.detail),
    }));
    return { type: 'planRows', rows };
  }

  changes(): readonly AdaptToPage[] {
    const { plan, state, reason, output } = this;
    const { oldActionDim, newActionDim, strategy, weights, optimizer, losses } = plan;
    const adaptation: AdaptationView = {
      source: clipped(plan.source),
      output: output === undefined ? null : clipped(output),
      oldActionDim,
      newActionDim,
      strategy,
      weights,
      optimizer: clipped(optimizer),
      losses: losses.slice(0, MAX_ROWS).map(({ key, what }) => ({ key: clipped(key), what: clipped(what) })),
      warnings: this.warnings(),
      dimensions: this.draft.view(),
      isMapPlanned: this.draft.isPlanned,
      state,
      reason: reason === undefined ? null : clipped(reason),
      outdated: this.changedInput === undefined ? null : clipped(this.changedInput),
    };
    const rows = this.areRowsTold ? [] : [this.rows()];
    this.areRowsTold = true;
    return [{ type: 'adaptation', adaptation }, ...rows];
  }

  private warnings(): string[] {
    const { warnings, rows } = this.plan;
    const left = rows.length - MAX_ROWS;
    const more = left > 0 ? [`${counted(left, 'more key')} ${left === 1 ? 'is' : 'are'} not shown`] : [];
    return [...more, ...warnings.slice(0, MAX_WARNINGS).map(clipped)];
  }
}
