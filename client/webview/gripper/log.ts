/** One log: verdict, facts, the gripper's timeline with thresholds and switches, and the findings. */
import type { GripperVerdict, GripperView, ThresholdsView } from '../../panels/panelMessages.js';
import { severityName } from '../banners.js';
import { Chart } from '../chart/chart.js';
import type { ChartMark } from '../chart/overlay.js';
import { button, h, set } from '../dom.js';
import { plain, whole } from '../format.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { traceLine } from './trace.js';

interface LogHandlers {
  readonly move: (row: number) => void;
  readonly remove: () => void;
  readonly open: () => void;
}

export class LogSection {
  readonly element = h('section', { class: 'log' });
  rows = 0;
  view: GripperView | undefined;
  private row = 0;
  private chart: Chart | undefined;

  constructor(
    readonly id: number,
    public thresholds: ThresholdsView,
    private readonly handlers: LogHandlers,
  ) {}

  show(name: string, view: GripperView): void {
    this.view = view;
    this.chart?.dispose();
    this.rows = view.rows;
    this.chart = view.rows === 0 ? undefined : this.timeline(name, view);
    const parts = [this.head(name, view), this.chart?.element, findingsOf(view, this.handlers.move)];
    this.element.replaceChildren(...parts.filter((part) => part !== undefined));
    this.element.setAttribute('aria-label', name);
  }

  dispose(): void {
    this.chart?.dispose();
    this.element.remove();
  }

  /** Puts the cursor on a row, as far as the log has it. */
  place(row: number): void {
    this.row = Math.min(row, Math.max(0, this.rows - 1));
    if (this.chart === undefined) return;
    this.chart.placeCursor(this.row);
    set(this.chart.drawing, { 'aria-valuenow': this.row, 'aria-valuetext': this.rowText() });
  }

  /** The gripper at a row, as exactly as the trace has it. */
  private rowText(): string {
    const trace = this.view?.trace;
    if (trace === undefined || trace.bucketSteps !== 1) return t('row {0}', this.row);
    return t('row {0}, gripper {1}', this.row, plain(trace.columns[0]![this.row] ?? null));
  }

  private key(event: KeyboardEvent): void {
    const to = this.target(event);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.handlers.move(to);
  }

  private target({ key, shiftKey }: KeyboardEvent): number | undefined {
    const { row, rows } = this;
    const stride = shiftKey ? 10 : 1;
    const switches = this.view?.switchRows ?? [];
    switch (key) {
      case 'ArrowRight':
        return row + stride;
      case 'ArrowLeft':
        return row - stride;
      case 'PageDown':
        return row + 10;
      case 'PageUp':
        return row - 10;
      case 'Home':
        return 0;
      case 'End':
        return rows - 1;
      case 'n':
        return switches.find((one) => one > row);
      case 'p':
        return switches.findLast((one) => one < row);
      default:
        return undefined;
    }
  }

  /** The timeline as a slider: the keys and the words that go with one. */
  private makeSlider(drawing: HTMLElement, name: string): void {
    drawing.classList.add('timeline');
    const label = t('Steps of {0}', name);
    set(drawing, {
      role: 'slider',
      tabindex: 0,
      'aria-label': label,
      'aria-valuemin': 0,
      'aria-valuemax': this.rows - 1,
    });
    drawing.addEventListener('keydown', (event) => this.key(event));
    drawing.addEventListener('focus', () => this.handlers.move(this.row));
  }

  private head(name: string, { report }: GripperView): HTMLElement {
    const { verdict, steps, switches, min, max, uniqueValues, actionDim, checkpoint } = report;
    const badge = h(
      'span',
      { class: `badge verdict-${verdict}` },
      icon(VERDICT_ICONS[verdict]),
      verdictName(verdict),
    );
    const facts = [
      t('{0} steps', whole(steps)),
      switches === 1 ? t('1 switch') : t('{0} switches', whole(switches)),
      min === null ? undefined : t('{0} … {1}', plain(min), plain(max)),
      t('{0} values', whole(uniqueValues)),
      actionDim === null ? undefined : t('{0}-D actions', actionDim),
    ];
    const from =
      checkpoint === null
        ? undefined
        : h('span', { class: 'soft from', title: checkpoint }, fileName(checkpoint));
    const title = button(name, { class: 'link', hint: report.file }, this.handlers.open);
    const remove = button(
      t('Remove {0}', name),
      { icon: icon('close'), class: 'quiet icon-only' },
      this.handlers.remove,
    );
    return h(
      'div',
      { class: 'log-head' },
      h('h2', {}, title),
      badge,
      remove,
      h(
        'p',
        { class: 'soft' },
        facts.filter(Boolean).join(' · '),
        from === undefined ? undefined : ' · ',
        from,
      ),
    );
  }

  private timeline(name: string, view: GripperView): Chart {
    const isWidth = view.report.verdict === 'no-gripper';
    const chart = new Chart({
      id: `log-${this.id}`,
      title: isWidth ? t('Gripper’s width, m') : t('Gripper command'),
      look: {
        y: isWidth ? 'free' : 'ratio',
        levels: isWidth ? [] : [this.thresholds.low, this.thresholds.high],
        isStepped: true,
        band: ['chunkMax', 'chunkMin'],
        height: 132,
        hasMarks: true,
      },
      shown: plain,
      xName: t('row'),
      onPress: (x) => {
        chart.drawing.focus({ preventScroll: true });
        this.handlers.move(Math.round(x));
      },
    });
    this.makeSlider(chart.drawing, name);
    chart.mark(marksOf(view));
    const { trace } = view;
    const lines = [
      traceLine(trace, 'chunkMax', { label: '', style: 'edge', ink: 0 }),
      traceLine(trace, 'chunkMin', { label: '', style: 'edge', ink: 0 }),
      traceLine(trace, 'stateGripper', { label: t('observed'), style: 'baseline', ink: 1 }),
      traceLine(trace, 'gripper', { label: isWidth ? t('width') : t('command'), style: 'main', ink: 0 }),
    ];
    chart.show(
      lines.flatMap((line) => line ?? []),
      [0, Math.max(1, view.rows - 1)],
    );
    return chart;
  }
}

/** The last part of a path of either kind of system. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

const VERDICT_ICONS = {
  switches: 'switches',
  constant: 'constant',
  drifts: 'drifts',
  chatters: 'chatters',
  'no-gripper': 'info',
  unreadable: 'failed',
} as const satisfies Record<GripperVerdict, Parameters<typeof icon>[0]>;

function verdictName(verdict: GripperVerdict): string {
  return {
    switches: t('switches'),
    constant: t('constant'),
    drifts: t('drifts without switching'),
    chatters: t('chatters'),
    'no-gripper': t('no gripper'),
    unreadable: t('unreadable'),
  }[verdict];
}

/** Switches up and down, from the values before and at them. */
function marksOf({ switchRows, trace }: GripperView): ChartMark[] {
  const gripper = trace.columns[0]!;
  return switchRows.map((x) => {
    const at = trace.bucketSteps === 1 ? (gripper[x] ?? 0) : 0;
    const before = trace.bucketSteps === 1 ? (gripper[x - 1] ?? 0) : 0;
    return { x, sign: trace.bucketSteps !== 1 ? 'either' : at > before ? 'up' : 'down' };
  });
}

function findingsOf({ report, findingRows }: GripperView, move: (row: number) => void): HTMLElement {
  const items = report.findings.map(({ severity, code, step, message }, i) => {
    const row = findingRows[i] ?? null;
    const place =
      row === null ? undefined : button(t('step {0}', step ?? row), { class: 'link' }, () => move(row));
    const text = h('p', {}, h('strong', {}, severityName(severity)), ` ${message} `, place);
    return h('li', { class: `finding ${severity}`, 'data-code': code }, icon(severity), text);
  });
  const list = h('ul', { class: 'findings', 'aria-label': t('Findings') }, ...items);
  list.hidden = items.length === 0;
  return list;
}
