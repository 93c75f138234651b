/** Charts of the columns over steps: decimated when zoomed out, exact when zoomed in. */
import type { TraceChart, ZarrAction, ZarrToPage } from '../../editors/zarrMessages.js';
import { Chart } from '../chart/chart.js';
import { h } from '../dom.js';
import { plain } from '../format.js';
import type { ChartLine, ChartLook } from '../lines.js';
import { t } from '../words.js';

type Told = Extract<ZarrToPage, { type: 'trace' }>;
/** Steps; both are in it. */
export type Range = readonly [first: number, last: number];

interface TraceHandlers {
  readonly act: (action: ZarrAction) => Promise<boolean>;
  readonly zoom: (range: Range | null) => void;
  readonly moveTo: (step: number) => void;
}

const LOOKS: Readonly<Record<TraceChart['look'], ChartLook>> = {
  gripper: { y: 'ratio', isStepped: true, height: 92 },
  position: { y: 'free', height: 132 },
  free: { y: 'free', height: 112 },
};
/** Two points a pixel of a wide screen. */
const MAX_POINTS = 4_000;

interface Shown {
  readonly chart: Chart;
  readonly plan: TraceChart;
  readonly note: HTMLElement;
  lines: readonly ChartLine[];
  /** The latest request. */
  asked: Range | undefined;
}

export class Traces {
  readonly element = h('section', { class: 'traces', 'aria-label': t('Traces') });
  private charts: readonly Shown[] = [];
  private range: Range = [0, 1];

  constructor(private readonly handlers: TraceHandlers) {}

  show(plans: readonly TraceChart[]): void {
    this.charts = plans.map((plan) => {
      const note = h('p', { class: 'soft note', hidden: true });
      return { chart: this.chart(plan), plan, note, lines: [], asked: undefined };
    });
    this.element.replaceChildren(...this.charts.flatMap(({ chart, note }) => [chart.element, note]));
  }

  /** Shows these steps: at once with the available points, and with all points once they have arrived. */
  showRange(range: Range): void {
    this.range = range;
    for (const shown of this.charts) {
      shown.chart.show(shown.lines, range);
      void this.ask(shown);
    }
  }

  placeCursor(step: number): void {
    for (const { chart } of this.charts) chart.placeCursor(step);
  }

  retheme(): void {
    for (const { chart } of this.charts) chart.retheme();
  }

  tell({ chart: id, lines, problem, fromStep, toStep }: Told): void {
    const shown = this.charts.find(({ plan }) => plan.id === id);
    if (shown === undefined || shown.asked?.[0] !== fromStep || shown.asked[1] !== toStep - 1) return;
    shown.note.hidden = problem === undefined;
    shown.note.textContent = problem ?? '';
    shown.lines = lines.flatMap((line, i) => drawn(line, shown.plan, i));
    shown.chart.show(shown.lines, this.range);
  }

  private async ask(shown: Shown): Promise<void> {
    const [first, last] = this.range;
    shown.asked = this.range;
    const maxPoints = Math.min(MAX_POINTS, Math.max(400, 2 * shown.chart.drawing.clientWidth));
    const { id } = shown.plan;
    await this.handlers.act({ kind: 'trace', chart: id, fromStep: first, toStep: last + 1, maxPoints });
  }

  private chart(plan: TraceChart): Chart {
    return new Chart({
      id: `trace-${plan.id}`,
      title: plan.title,
      look: LOOKS[plan.look],
      shown: plain,
      xName: t('step'),
      onZoom: (range) => this.handlers.zoom(range && [Math.floor(range[0]), Math.ceil(range[1])]),
      onPress: (x) => this.handlers.moveTo(Math.round(x)),
    });
  }
}

function drawn({ steps, values }: Told['lines'][number], { lines }: TraceChart, place: number): ChartLine[] {
  const look = lines[place];
  if (look === undefined || values.every((value) => value === null)) return [];
  const y = Float64Array.from(values, (value) => value ?? Number.NaN);
  return [{ id: String(place), owner: '', x: steps, y, ...look }];
}
