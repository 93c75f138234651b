/** The charts of the run panel: keeps the received curves, and draws those that have points. */
import { METRICS, otherMetric, shownValue } from '../../../engine/formats/run/metrics.js';
import type { BucketColumns, RunHeader, RunToPage } from '../../panels/panelMessages.js';
import { Chart } from '../chart/chart.js';
import { type CurveParts, drawnLines, withUpdate } from '../curveLines.js';
import { button, h } from '../dom.js';
import { plain } from '../format.js';
import type { ChartLine } from '../lines.js';
import { onTheme } from '../theme.js';
import { t } from '../words.js';
import { type RunChart, runCharts } from './chartSpecs.js';

type Curves = Extract<RunToPage, { type: 'curves' }>;

interface Shown {
  readonly spec: RunChart;
  readonly chart: Chart;
  /** What was drawn last, by identity. */
  drawn: readonly unknown[];
}

export class RunCharts {
  readonly element: HTMLElement;
  private readonly grid = h('div', { class: 'charts' });
  private readonly whole: HTMLButtonElement;
  private readonly empty = h('p', { class: 'empty' }, t('Curves appear with the first step of the log.'));
  private readonly buckets = new Map<string, BucketColumns>();
  /** By the metric that each shows. */
  private readonly charts = new Map<string, Shown>();
  private runs: RunHeader['runs'] = [{ id: 0, name: '' }];
  private hidden: ReadonlySet<number>;
  private zoom: readonly [number, number] | null = null;

  constructor(
    kept: { readonly hidden: ReadonlySet<number> },
    private readonly handlers: { readonly zoom: (range: [number, number] | null) => void },
  ) {
    this.hidden = kept.hidden;
    this.whole = button(t('Show the whole run'), { class: 'second' }, () => this.handlers.zoom(null));
    this.whole.hidden = true;
    this.element = h(
      'section',
      { class: 'curves', 'aria-label': t('Curves') },
      this.whole,
      this.empty,
      this.grid,
    );
    onTheme(() => {
      for (const { chart } of this.charts.values()) chart.retheme();
    });
  }

  take({ reset, zoom, updates }: Curves): void {
    if (reset) this.buckets.clear();
    this.zoom = zoom;
    this.whole.hidden = zoom === null;
    for (const update of updates) {
      const key = `${update.run}/${update.key}`;
      this.buckets.set(key, withUpdate(this.buckets.get(key), update));
    }
    this.draw();
  }

  name(runs: RunHeader['runs']): void {
    if (JSON.stringify(runs) === JSON.stringify(this.runs)) return;
    this.runs = runs;
    this.draw();
  }

  hide(hidden: ReadonlySet<number>): void {
    this.hidden = new Set(hidden);
    this.draw();
  }

  /** Only charts whose curves, runs or range changed are drawn again. */
  private draw(): void {
    const keys = new Set([...this.buckets.keys()].map((key) => key.slice(key.indexOf('/') + 1)));
    const range = this.zoom ?? this.stepRange();
    const common = [range?.[0], range?.[1], this.runs, this.hidden];
    for (const spec of runCharts(keys)) {
      const drawn = [...common, ...this.bucketsOf(spec)];
      const shown = this.charts.get(spec.metric);
      if (shown !== undefined && isSame(shown.drawn, drawn)) continue;
      const lines = this.linesOf(spec);
      if (lines.length === 0 && shown === undefined) continue;
      const chart = shown ?? this.add(spec);
      chart.drawn = drawn;
      chart.chart.element.hidden = lines.length === 0;
      chart.chart.show(lines, range);
    }
    this.empty.hidden = this.charts.size > 0;
  }

  private bucketsOf({ curves }: RunChart): (BucketColumns | undefined)[] {
    return this.runs.flatMap(({ id }) => curves.map(({ key }) => this.buckets.get(`${id}/${key}`)));
  }

  private add(spec: RunChart): Shown {
    const metric = METRICS.find(({ key }) => key === spec.metric) ?? otherMetric(spec.metric);
    const chart = new Chart({
      // A key of the log may hold anything, so it cannot serve as an id.
      id: spec.id === undefined ? `chart-other-${this.charts.size}` : `chart-${spec.id}`,
      title: spec.title,
      look: spec.look,
      xName: t('step'),
      shown:
        spec.shown ?? ((value) => (metric.digits === undefined ? plain(value) : shownValue(value, metric))),
      onZoom: (range) => this.handlers.zoom(range === null ? null : [...range]),
    });
    const shown: Shown = { spec, chart, drawn: [] };
    this.charts.set(spec.metric, shown);
    const order = [...this.charts.values()].sort((a, b) => a.spec.order - b.spec.order);
    this.grid.replaceChildren(...order.map((one) => one.chart.element));
    return shown;
  }

  private linesOf({ curves }: RunChart): ChartLine[] {
    return this.runs.flatMap(({ id, name }, ink) => {
      if (this.hidden.has(id)) return [];
      const isOnly = this.runs.length === 1;
      const owner = isOnly ? '' : name;
      return curves.flatMap((curve: CurveParts) => {
        const buckets = this.buckets.get(`${id}/${curve.key}`);
        return buckets === undefined || (curve.isForOneRun === true && !isOnly)
          ? []
          : drawnLines(buckets, curve, { run: id, owner, ink });
      });
    });
  }

  private stepRange(): [number, number] | undefined {
    let range: [number, number] | undefined;
    for (const { x0, x1 } of this.buckets.values()) {
      if (x0.length === 0) continue;
      const [low, high] = [x0[0]!, x1.at(-1)!];
      range = range === undefined ? [low, high] : [Math.min(range[0], low), Math.max(range[1], high)];
    }
    return range === undefined ? undefined : [range[0], roundedUp(range)];
  }
}

/** A little room on the right, so that most steps do not move the axis of all charts. */
function roundedUp([low, high]: readonly [number, number]): number {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, high - low) / 64)));
  return Math.ceil(high / unit) * unit;
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
