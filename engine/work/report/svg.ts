/** Draws a chart as SVG without scripts: axes, ticks, lines. Colours come from the page's style. */
import type { Chart, Line } from './chart.js';
import type { Point } from './curves.js';
import { html, type Markup } from './markup.js';
import { type Scale, scaleOf, stepScale, tickText } from './scale.js';

/** Units of the drawing; the page stretches it to its column. */
const WIDTH = 600;
const LEFT = 58;
const RIGHT = 22;
const TOP = 12;
const PLOT_HEIGHT = 210;
const LOW_PLOT_HEIGHT = 110;

/** Longer units do not fit left of the axis; the caption names them. */
const MAX_UNIT = 3;

interface Area {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly bottom: number;
  readonly first: number;
  readonly last: number;
}

/** Includes what a script needs to read values from the drawing: the plot's edges and their steps. */
export function chartSvg(chart: Chart): Markup {
  const area = areaOf(chart);
  const height = area.bottom + 38;
  const { bottom, first, last } = area;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${labelOf(chart)}" data-chart="${chart.id}"
 data-left="${LEFT}" data-right="${WIDTH - RIGHT}" data-first="${first}" data-last="${last}">
${yAxis(chart, area)}${xAxis(chart, area)}${levels(chart, area)}${chart.lines.map((line) => lineMarkup(line, chart, area))}
<line class="cross" y1="${TOP}" y2="${bottom}" x1="-9" x2="-9"/></svg>`;
}

function areaOf({ lines, log, ratio, levels: marked, metric, range }: Chart): Area {
  const points = lines.flatMap((line) => line.points);
  const values = [...points.map((point) => point.y), ...marked]
    .filter(Number.isFinite)
    .map((y) => y * metric.scale);
  const first = range[0];
  const last = Math.max(first + 1, range[1]);
  const yScale = scaleOf(values, { log, unit: ratio });
  const xScale = stepScale(first, last);
  const bottom = TOP + (marked.length > 0 ? LOW_PLOT_HEIGHT : PLOT_HEIGHT);
  return {
    ...{ xScale, yScale, bottom, first, last },
    x: (step) => LEFT + xScale.part(step) * (WIDTH - LEFT - RIGHT),
    y: (value) => bottom - yScale.part(value * metric.scale) * (bottom - TOP),
  };
}

function labelOf({ title, lines, xName }: Chart): string {
  return `${title} over ${xName}, ${new Set(lines.map((line) => line.run)).size} curves`;
}

function yAxis({ metric }: Chart, { yScale, bottom }: Area): Markup[] {
  return yScale.ticks.map((tick) => {
    const y = round(bottom - yScale.part(tick) * (bottom - TOP));
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>
<text class="tick end" x="${LEFT - 8}" y="${y + 4}">${tickText(tick)}${metric.unit.length > MAX_UNIT ? '' : metric.unit}</text>`;
  });
}

function xAxis({ xName, stepsPerEpoch }: Chart, { xScale, x, bottom, first, last }: Area): Markup {
  const ticks = xScale.ticks.map(
    (
      tick,
    ) => html`<line class="axis" x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${bottom}" y2="${bottom + 4}"/>
<text class="tick middle" x="${round(x(tick))}" y="${bottom + 17}">${tickText(tick)}</text>`,
  );
  const epochs = stepsPerEpoch === undefined ? [] : epochTicks(first, last, stepsPerEpoch);
  return html`<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}"/>${ticks}
${epochs.map(({ epoch, step }) => html`<text class="tick middle epoch" x="${round(x(step))}" y="${bottom + 31}">${tickText(epoch)}</text>`)}
<text class="name start" x="0" y="${bottom + 17}">${xName === 'step' ? 'steps' : ''}</text>${epochs.length > 0 ? html`<text class="name start epoch" x="0" y="${bottom + 31}">epochs</text>` : undefined}
${xName === 'step' ? undefined : html`<text class="name end" x="${WIDTH - RIGHT}" y="${bottom + 33}">${xName}</text>`}`;
}

/** Completed epochs, at the step that ends them. */
function epochTicks(first: number, last: number, stepsPerEpoch: number): { epoch: number; step: number }[] {
  const scale = stepScale(first / stepsPerEpoch, (last + 1) / stepsPerEpoch);
  return scale.ticks
    .map((epoch) => ({ epoch, step: epoch * stepsPerEpoch - 1 }))
    .filter(({ step }) => step >= first && step <= last);
}

function levels({ levels: marked }: Chart, { y }: Area): Markup[] {
  return marked.map(
    (level) =>
      html`<line class="level" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(level))}" y2="${round(y(level))}"/>`,
  );
}

function lineMarkup({ run, style, points }: Line, { metric }: Chart, area: Area): Markup {
  const shown = (point: Point): boolean =>
    Number.isFinite(point.y) && (area.yScale.kind === 'linear' || point.y * metric.scale > 0);
  const classes = `line ${style} ${run === undefined ? 'recorded' : `run-${run}`}`;
  const good = points.filter(shown);
  const dots = (style === 'solid' && good.length <= 40) || good.length === 1 ? good : [];
  const broken = points.filter((point) => !Number.isFinite(point.y));
  return html`<path class="${classes}" d="${pathText(points, shown, style === 'stepped', area)}"/>
${dots.map((point) => html`<circle class="dot ${classes}" cx="${round(area.x(point.x))}" cy="${round(area.y(point.y))}" r="2.4"/>`)}
${broken.map((point) => html`<path class="broken ${classes}" d="M${round(area.x(point.x)) - 3} ${area.bottom - 7}l6 6m0-6l-6 6"/>`)}`;
}

/** A value that cannot be drawn interrupts the line. */
function pathText(
  points: readonly Point[],
  shown: (point: Point) => boolean,
  stepped: boolean,
  area: Area,
): string {
  let pen = 'M';
  return points
    .map((point) => {
      if (!shown(point)) {
        pen = 'M';
        return '';
      }
      const [x, y] = [round(area.x(point.x)), round(area.y(point.y))];
      const move = pen === 'L' && stepped ? `H${x}V${y}` : `${pen}${x} ${y}`;
      pen = 'L';
      return move;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
