/** The step under the cursor: the camera's frame, the action chunk, and the log's traces around it. */
import type { GripperToPage, GripperView, StepView } from '../../panels/panelMessages.js';
import { Chart } from '../chart/chart.js';
import { h, write } from '../dom.js';
import { fixed, plain } from '../format.js';
import { heatTable } from '../heatTable.js';
import { t } from '../words.js';
import type { LogSection } from './log.js';
import { traceLine } from './trace.js';

type Told = Extract<GripperToPage, { type: 'step' }>;

export class StepDetail {
  readonly element: HTMLElement;
  private readonly title = h('h2');
  private readonly frame = h('img', { class: 'frame', alt: '' });
  private readonly frameNote = h('p', { class: 'soft' });
  private readonly chunk = h('div', { class: 'chunk' });
  private readonly facts = h('dl', { class: 'facts' });
  private readonly traces = h('div', { class: 'traces' });
  private charts: Chart[] = [];
  private shownView: GripperView | undefined;
  private url: string | undefined;

  constructor() {
    const keys = h(
      'p',
      { class: 'soft keys' },
      t('← → step, Shift for ten; Home and End; n and p: next and previous switch'),
    );
    const frame = h('div', { class: 'frame-box' }, this.frame, this.frameNote);
    this.frame.hidden = true;
    this.element = h(
      'aside',
      { class: 'step', 'aria-label': t('Step') },
      this.title,
      keys,
      frame,
      this.chunk,
      this.facts,
      this.traces,
    );
    this.element.hidden = true;
  }

  /** The cursor moved; the step itself comes later. */
  expect(section: LogSection, row: number): void {
    this.element.hidden = false;
    if (section.view !== undefined && section.view !== this.shownView) this.draw(section.view);
    for (const chart of this.charts) chart.placeCursor(row);
  }

  show({ step, jpeg, frameProblem }: Told): void {
    write(this.title, t('Step {0}', step.step));
    this.showFrame(jpeg, frameProblem, step);
    this.chunk.replaceChildren(heatTable(step.action, t('Action chunk')));
    const state = step.state === null ? [] : [pair(t('Observed state'), step.state.map(plain).join('  '))];
    const timing = Object.entries(step.timing)
      .filter(([name, seconds]) => seconds !== null && seconds < LONGEST && !name.endsWith('_absolute'))
      .map(([name, seconds]) => pair(name.replaceAll('_', ' '), `${fixed(seconds! * 1000, 1)} ms`));
    this.facts.replaceChildren(...state, ...timing);
  }

  private showFrame(
    jpeg: Uint8Array<ArrayBuffer> | undefined,
    problem: string | undefined,
    { step }: StepView,
  ): void {
    if (this.url !== undefined) URL.revokeObjectURL(this.url);
    this.url = jpeg === undefined ? undefined : URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
    this.frame.hidden = this.url === undefined;
    if (this.url !== undefined) this.frame.src = this.url;
    this.frame.alt = t('The camera at step {0}', step);
    write(this.frameNote, problem ?? (jpeg === undefined ? t('No frame was recorded at this step.') : ''));
  }

  private draw(view: GripperView): void {
    this.shownView = view;
    for (const chart of this.charts) chart.dispose();
    const pose = new Chart({
      ...TRACE,
      id: 'pose',
      title: t('Position, m'),
      look: { y: 'free', height: 110 },
      shown: (v) => fixed(v, 3),
    });
    const axes = (['x', 'y', 'z'] as const).flatMap(
      (axis, ink) => traceLine(view.trace, axis, { label: axis, style: 'main', ink }) ?? [],
    );
    const latency = new Chart({
      ...TRACE,
      id: 'latency',
      title: t('Latency, ms ({0})', (view.latencyName ?? '').replaceAll('_', ' ')),
      look: { y: 'zero', height: 90 },
      shown: (v) => fixed(v, 0),
    });
    const times = traceLine(view.trace, 'latency', { label: '', style: 'main', ink: 0 });
    const range = [0, Math.max(1, view.rows - 1)] as const;
    if (axes.length > 0) pose.show(axes, range);
    if (times !== undefined)
      latency.show([{ ...times, y: Float64Array.from(times.y, (s) => s * 1000) }], range);
    this.charts = [...(axes.length > 0 ? [pose] : []), ...(times === undefined ? [] : [latency])];
    this.traces.replaceChildren(...this.charts.map((chart) => chart.element));
  }
}

const TRACE = { xName: 'row' } as const;
/** Longer times are of a clock, not of a step. */
const LONGEST = 3600;

function pair(name: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}
