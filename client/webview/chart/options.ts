/** How charts look: quiet axes, colours of the theme, one cursor over all charts of a page. */

import uPlot from 'uplot';
import { exponential, rounded } from '../../../engine/base/numberText.js';
import { short } from '../format.js';
import { BASELINE_DASH, inkColour, inkDash, isTold } from '../inks.js';
import type { ChartLine, ChartLook, ChartSpec } from '../lines.js';
import { colour, isHighContrast } from '../theme.js';

interface ChartParts extends ChartSpec {
  readonly lines: readonly ChartLine[];
  readonly isLog: boolean;
  readonly size: { readonly width: number; readonly height: number };
  readonly onCursor: (x: number | undefined) => void;
}

export function chartOptions(parts: ChartParts): uPlot.Options {
  const { size, lines, look, isLog } = parts;
  return {
    ...size,
    legend: { show: false },
    padding: [look.hasMarks ? 16 : 8, 10, 0, 0],
    scales: {
      x: { time: false, auto: false },
      y: isLog ? { distr: 3, range: logRange } : { range: rangeOf(look) },
    },
    axes: [xAxis(), isLog ? logAxis(look) : yAxis(look)],
    series: [{}, ...lines.map((line) => seriesOf(line, look))],
    bands: bandsOf(parts),
    cursor: cursorOf(parts),
    hooks: {
      drawClear: [(plot) => drawLevels(plot, look.levels ?? [])],
      setCursor: [(plot) => parts.onCursor(cursorValue(plot))],
      setSelect: [(plot) => select(plot, parts)],
    },
  };
}

const FONT = () => `11px ${colour('--vscode-font-family') || 'sans-serif'}`;
const soft = () => colour('--soft');
const grid = () => colour('--grid');

/** The same for all charts, so that their x axes are aligned. */
const Y_AXIS = 50;

function xAxis(): uPlot.Axis {
  return {
    stroke: soft,
    font: FONT(),
    size: 26,
    gap: 5,
    space: 64,
    grid: { show: false },
    ticks: { show: true, size: 4, stroke: grid, width: 1 },
    values: (_plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? short(tick) : '')),
  };
}

function yAxis({ tick }: ChartLook): uPlot.Axis {
  const text = tick ?? ((value: number) => rounded(value, 6).replace('-', '−'));
  return {
    stroke: soft,
    font: FONT(),
    size: Y_AXIS,
    gap: 6,
    space: 34,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    values: (_plot, ticks) => ticks.map((value) => (value === null ? '' : text(value))),
  };
}

/** Decades, and between two of them 2 and 5. */
function logAxis(look: ChartLook): uPlot.Axis {
  const axis = yAxis(look);
  const filter: uPlot.Axis.Filter = (plot, ticks) => {
    const { min = 1, max = 1 } = plot.scales['y']!;
    const wanted = max / min < 50 ? ['1', '2', '5'] : ['1'];
    return ticks.map((tick) => (wanted.includes(exponential(tick)[0]!) && isRound(tick) ? tick : null));
  };
  return { ...axis, filter, grid: { ...axis.grid, filter } };
}

function isRound(tick: number): boolean {
  return /^\de/.test(exponential(Number(rounded(tick, 9))));
}

const logRange: uPlot.Range.Function = (_plot, low, high) => [(low ?? 0.1) * 0.85, (high ?? 1) * 1.15];

function rangeOf({ y }: ChartLook): uPlot.Range.Function {
  return (_plot, low, high) => {
    if (y === 'ratio') return [Math.min(0, low ?? 0), Math.max(1, high ?? 1)];
    if (low === null || high === null) return [0, 1];
    const pad = (high - low || Math.abs(high) || 1) * 0.08;
    return y === 'zero' && low >= 0 ? [0, high + pad] : [low - pad, high + pad];
  };
}

function seriesOf({ label, style, ink }: ChartLine, { isStepped }: ChartLook): uPlot.Series {
  const heavy = isHighContrast() ? 1 : 0;
  const width = { main: 1.75, faint: 1, marked: 1.75, baseline: 1.25, edge: 1 }[style] + heavy;
  return {
    label,
    width,
    stroke: () => (isTold(style) ? inkColour(ink) : faint(inkColour(ink))),
    dash: !isTold(style) ? [] : [...(style === 'baseline' ? BASELINE_DASH : inkDash(ink))],
    points: style === 'marked' ? MARKS : { show: false },
    ...(isStepped ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
  };
}

const MARKS: uPlot.Series.Points = {
  show: true,
  size: 5,
  width: 1.5,
  fill: () => colour('--page'),
  filter: (plot, series) => fewMarks(plot, series),
};

/** More marks than this would overlap. */
const MAX_MARKS = 28;

/** Indices of points that get a mark, spread evenly. */
function fewMarks(plot: uPlot, series: number): number[] {
  const places: number[] = [];
  for (const [index, value] of plot.data[series]!.entries()) if (value != null) places.push(index);
  const stride = Math.ceil(places.length / MAX_MARKS);
  return places.filter((_, i) => (places.length - 1 - i) % stride === 0);
}

function bandsOf({ look, lines }: ChartParts): uPlot.Band[] {
  if (look.band === undefined) return [];
  const [upper, lower] = look.band.map((id) => lines.findIndex((line) => line.id === id) + 1);
  if (!upper || !lower) return [];
  return [{ series: [upper, lower], fill: () => faint(inkColour(lines[upper - 1]!.ink)) }];
}

function faint(value: string): string {
  return `color-mix(in srgb, ${value} 20%, transparent)`;
}

function cursorOf({ onZoom, onPress }: ChartParts): uPlot.Cursor {
  return {
    sync: { key: 'page', setSeries: false },
    y: false,
    points: { show: false },
    drag: { x: onZoom !== undefined, y: false, setScale: false },
    bind: {
      dblclick: () => () => {
        onZoom?.(null);
        return null;
      },
      ...(onPress === undefined ? {} : { click: (plot) => () => press(plot, onPress) }),
    },
  };
}

function press(plot: uPlot, onPress: (x: number) => void): null {
  const x = cursorValue(plot);
  if (x !== undefined) onPress(x);
  return null;
}

function cursorValue(plot: uPlot): number | undefined {
  const { left } = plot.cursor;
  return left === undefined || left < 0 ? undefined : plot.posToVal(left, 'x');
}

/** Narrower drags are clicks. */
const LEAST_DRAG = 6;

function select(plot: uPlot, { onZoom }: ChartParts): void {
  const { left, width } = plot.select;
  if (width < LEAST_DRAG) return;
  onZoom?.([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

function drawLevels(plot: uPlot, levels: readonly number[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = soft();
  ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.lineWidth = devicePixelRatio;
  for (const level of levels) {
    const y = Math.round(plot.valToPos(level, 'y', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
