/** One chart: a title with what the lines are and say, the drawing, and the same numbers as a table. */
import uPlot from 'uplot';
import { h, write } from '../dom.js';
import { beforeNextFrame } from '../frames.js';
import { isTold, sample } from '../inks.js';
import { aligned, type ChartLine, type ChartSpec, nearest } from '../lines.js';
import { t } from '../words.js';
import { chartOptions } from './options.js';
import { type ChartMark, ChartOverlay } from './overlay.js';
import { chartTable } from './table.js';

/** Above this ratio of highest to lowest a loss is drawn on a logarithmic axis. */
const LOG_RATIO = 25;
const HEIGHT = 172; // CSS pixels

export class Chart {
  readonly element: HTMLElement;
  /** The box of the curves. */
  readonly drawing = h('div', { class: 'drawing' });
  private readonly readout = h('ul', { class: 'readout' });
  private readonly table: HTMLDetailsElement;
  private plot: uPlot | undefined;
  private lines: readonly ChartLine[] = [];
  private range: readonly [number, number] | undefined;
  private plotted = '';
  private isLog = false;
  private width = 0;
  private cursor: number | undefined;
  private place: number | undefined;
  private readonly overlay = new ChartOverlay();
  private readonly resizing = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry!.contentRect.width);
    this.repaint();
  });
  private readonly paint = (): void => this.draw();

  constructor(private readonly spec: ChartSpec) {
    const title = `${spec.id}-title`;
    this.table = chartTable(() => ({ ...this.spec, lines: this.lines, range: this.range }));
    this.drawing.style.minHeight = `${this.height}px`;
    this.element = h(
      'figure',
      { class: 'chart', 'data-chart': spec.id, 'aria-labelledby': title },
      h('figcaption', {}, h('h3', { id: title }, spec.title), this.readout),
      this.drawing,
      this.table,
    );
    this.resizing.observe(this.drawing);
  }

  /** Draws with the next frame, however often it is called until then. */
  show(lines: readonly ChartLine[], range: readonly [number, number] | undefined): void {
    this.lines = lines;
    this.range = range;
    this.repaint();
  }

  dispose(): void {
    this.resizing.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
    this.width = 0;
    this.element.remove();
  }

  repaint(): void {
    beforeNextFrame(this.paint);
  }

  /** Colours changed. */
  retheme(): void {
    this.plotted = '';
    this.repaint();
  }

  /** The position chosen by the user: a line, and the values there. */
  placeCursor(x: number | undefined): void {
    this.place = x;
    this.overlay.place(x);
    if (this.plot !== undefined) this.overlay.fit(this.plot);
    this.tell();
  }

  /** Signs along the upper edge. */
  mark(marks: readonly ChartMark[]): void {
    this.overlay.mark(marks);
    this.repaint();
  }

  private get height(): number {
    return this.spec.look.height ?? HEIGHT;
  }

  private draw(): void {
    if (this.width <= 0) return;
    this.decideLog();
    const key = `${this.isLog}|${this.lines.map((line) => `${line.id}:${line.style}:${line.ink}`).join('|')}`;
    const data = aligned(this.lines, this.isLog);
    if (this.plot === undefined || key !== this.plotted) this.renew(key, data);
    else {
      this.plot.setData(data, false);
      if (this.plot.width !== this.width) this.plot.setSize({ width: this.width, height: this.height });
    }
    const [min, max] = this.range ?? [0, 1];
    this.plot!.setScale('x', { min, max: max > min ? max : min + 1 });
    this.overlay.fit(this.plot!);
    const drawn = this.lines.reduce((sum, line) => sum + line.x.length, 0);
    this.element.dataset['points'] = String(drawn);
    this.tell();
    if (this.table.open) this.table.dispatchEvent(new Event('refresh'));
  }

  private renew(key: string, data: uPlot.AlignedData): void {
    this.plot?.destroy();
    this.plotted = key;
    const options = chartOptions({
      ...this.spec,
      lines: this.lines,
      isLog: this.isLog,
      size: { width: this.width, height: this.height },
      onCursor: (x) => {
        this.cursor = x;
        this.tell();
      },
    });
    this.plot = new uPlot(options, data, this.drawing);
    this.plot.root.setAttribute('aria-hidden', 'true');
  }

  /** Stays logarithmic once it was: an axis that keeps changing cannot be read. */
  private decideLog(): void {
    if (this.spec.look.log !== true || this.isLog) return;
    let [low, high] = [Number.POSITIVE_INFINITY, 0];
    for (const { y } of this.lines)
      for (let i = 0; i < y.length; i++) {
        const value = y[i]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    this.isLog = low > 0 && high / low > LOG_RATIO;
  }

  /** The values under the pointer, else at the chosen position, else the last ones. */
  private tell(): void {
    const told = this.told();
    while (this.readout.children.length > told.length) this.readout.lastElementChild!.remove();
    for (const [i, { line, value }] of told.entries()) {
      const entry = this.readout.children[i] ?? this.readout.appendChild(h('li', {}, h('span'), h('b')));
      const look = `${line.style}:${line.ink}:${line.label}:${line.owner}`;
      if (entry.getAttribute('data-look') !== look) {
        entry.setAttribute('data-look', look);
        const owner = h('span', { class: 'unseen' }, line.owner);
        entry.firstElementChild!.replaceChildren(sample(line.ink, line.style), owner, line.label);
        entry.setAttribute('title', line.owner);
      }
      write(entry.lastElementChild!, value);
    }
  }

  /** Runs on the same data have the same baseline: it is shown once. */
  private told(): { readonly line: ChartLine; readonly value: string }[] {
    const baselines = new Set<string>();
    return this.lines.flatMap((line) => {
      if (!isTold(line.style) || line.x.length === 0) return [];
      const value = this.valueAt(line);
      const key = `${line.label} ${value}`;
      if (line.style === 'baseline' && baselines.has(key)) return [];
      if (line.style === 'baseline') baselines.add(key);
      return [{ line, value }];
    });
  }

  private valueAt({ x, y }: ChartLine): string {
    const place = this.cursor ?? this.place;
    const index = place === undefined ? y.length - 1 : nearest(x, place);
    const value = y[index]!;
    return Number.isFinite(value) ? this.spec.shown(value) : t('not finite');
  }
}
