/** How charts look: axes, series, bands. */
import type uPlot from 'uplot';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { ChartLine, ChartLook } from '../../../../client/webview/lines.js';

let chartOptions: typeof import('../../../../client/webview/chart/options.js').chartOptions;
type ChartParts = Parameters<typeof chartOptions>[0];
beforeAll(async () => {
  // What the drawing library and the theme ask of a page when they are loaded, or for a colour.
  const style = { getPropertyValue: (name: string) => name };
  vi.stubGlobal('getComputedStyle', () => style);
  vi.stubGlobal('document', { body: { classList: { contains: () => false } } });
  ({ chartOptions } = await import('../../../../client/webview/chart/options.js'));
});

const line = (id: string, style: ChartLine['style'] = 'main'): ChartLine => ({
  id,
  label: id,
  owner: '',
  x: [0],
  y: [1],
  style,
  ink: 0,
});
const options = (look: ChartLook, change: Partial<ChartParts> = {}) =>
  chartOptions({
    id: 'a',
    title: 'A',
    xName: 'step',
    shown: String,
    look,
    lines: [line('a')],
    isLog: false,
    size: { width: 100, height: 50 },
    onCursor: () => undefined,
    ...change,
  });
const range = (look: ChartLook, low: number | null, high: number | null) => {
  type Range = (plot: unknown, low: number | null, high: number | null) => number[];
  const found = options(look).scales!['y']!.range as unknown as Range;
  return found(undefined, low, high);
};

describe('the y axis', () => {
  test('of a ratio is 0 … 1, and wider where a value is beyond', () => {
    expect(range({ y: 'ratio' }, 0.2, 0.8)).toEqual([0, 1]);
    expect(range({ y: 'ratio' }, -0.5, 1.5)).toEqual([-0.5, 1.5]);
    expect(range({ y: 'ratio' }, null, null)).toEqual([0, 1]);
  });

  test('from zero where nothing is below', () => {
    expect(range({ y: 'zero' }, 2, 4)[0]).toBe(0);
    expect(range({ y: 'zero' }, -2, 4)[0]).toBeLessThan(-2);
  });

  test.each<ChartLook['y']>(['zero', 'free'])('of %s values holds them all, also of one value', (y) => {
    for (const [low, high] of [
      [3, 3],
      [0, 0],
      [-5, 7],
      [1e-9, 2e-9],
    ] as const) {
      const [from, to] = range({ y }, low, high);
      expect([from! <= low, to! >= high, to! > from!]).toEqual([true, true, true]);
    }
    expect(range({ y }, null, null)).toEqual([0, 1]);
  });

  test('a logarithmic one keeps decades, and between two of them 2 and 5', () => {
    const axis = options({ y: 'zero', log: true }, { isLog: true }).axes![1]!;
    const filter = axis.filter as uPlot.Axis.Filter;
    const ticks = [0.01, 0.02, 0.03, 0.05, 0.1];
    const shown = (min: number, max: number) =>
      filter({ scales: { y: { min, max } } } as unknown as uPlot, ticks, 1, 0, 0);
    expect(shown(0.01, 0.1)).toEqual([0.01, 0.02, null, 0.05, 0.1]);
    expect(shown(0.0001, 10)).toEqual([0.01, null, null, null, 0.1]);
  });
});

describe('the x axis', () => {
  test('numbers whole steps alone', () => {
    const values = options({ y: 'free' }).axes![0]!.values as (plot: unknown, ticks: number[]) => string[];
    expect(values(undefined, [0, 0.5, 20_000])).toEqual(['0', '', '20k']);
  });
});

describe('lines', () => {
  test('what lies behind another has no dash and no marks', () => {
    const { series } = options(
      { y: 'free' },
      { lines: [line('a', 'faint'), line('b', 'baseline'), line('c', 'marked')] },
    );
    expect(series.map(({ dash }) => dash?.length)).toEqual([undefined, 0, 2, 0]);
    expect((series[3]!.points as { show: boolean }).show).toBe(true);
    expect((series[1]!.points as { show: boolean }).show).toBe(false);
  });

  test('marks are spread over a long line, its last point among them', () => {
    const { series } = options({ y: 'free' }, { lines: [line('a', 'marked')] });
    const filter = (series[1]!.points as { filter: (plot: unknown, series: number) => number[] }).filter;
    const marks = (count: number) =>
      filter({ data: [[], Array.from({ length: count }, (_, k) => (k === 3 ? null : k))] }, 1);
    expect(marks(10)).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
    expect(marks(1000).length).toBeLessThanOrEqual(28);
    expect(marks(1000).at(-1)).toBe(999);
  });

  test('a band lies between two lines that are there', () => {
    const look: ChartLook = { y: 'free', band: ['up', 'down'] };
    expect(options(look, { lines: [line('down'), line('up')] }).bands).toMatchObject([{ series: [2, 1] }]);
    expect(options(look, { lines: [line('up')] }).bands).toEqual([]);
  });
});

describe('the cursor', () => {
  test('zooms by a drag that is wider than a click, and back by a double click', () => {
    const zooms: unknown[] = [];
    const made = options({ y: 'free' }, { onZoom: (to) => void zooms.push(to) });
    const plot = (width: number) =>
      ({
        select: { left: 10, width },
        posToVal: (x: number) => x * 2,
        setSelect: () => undefined,
      }) as unknown as uPlot;
    const select = made.hooks!.setSelect![0] as (plot: uPlot) => void;
    select(plot(5));
    select(plot(30));
    const dblclick = made.cursor!.bind!.dblclick as unknown as () => () => null;
    dblclick()();
    expect(zooms).toEqual([[20, 80], null]);
  });

  test('tells its place, and none where it is not over the drawing', () => {
    const places: unknown[] = [];
    const made = options({ y: 'free' }, { onCursor: (x) => void places.push(x) });
    const move = made.hooks!.setCursor![0] as (plot: unknown) => void;
    for (const left of [-10, 4, undefined]) move({ cursor: { left }, posToVal: (x: number) => x * 2 });
    expect(places).toEqual([undefined, 8, undefined]);
  });
});
