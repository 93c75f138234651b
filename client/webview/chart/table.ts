/** A chart's numbers as a table, for readers who cannot see the drawing or want the values. Built when it is opened. */
import { h } from '../dom.js';
import { whole } from '../format.js';
import { isTold } from '../inks.js';
import { type ChartLine, type ChartSpec, nearest } from '../lines.js';
import { t } from '../words.js';

/** As many rows as a person can read; spread evenly, always including the last point. */
const MAX_ROWS = 40;

interface Tabled extends ChartSpec {
  readonly lines: readonly ChartLine[];
  readonly range: readonly [number, number] | undefined;
}

/** A closed `details`; its event `refresh` fills it anew. */
export function chartTable(read: () => Tabled): HTMLDetailsElement {
  const place = h('div', { class: 'scroll', tabindex: 0 });
  const details = h('details', { class: 'table' }, h('summary', {}, t('Table')), place);
  const fill = (): void => {
    if (details.open) place.replaceChildren(tableOf(read()));
  };
  details.addEventListener('toggle', fill);
  details.addEventListener('refresh', fill);
  return details;
}

function tableOf({ title, xName, lines, range, shown }: Tabled): HTMLTableElement {
  const told = lines.filter((line) => isTold(line.style) && line.x.length > 0);
  const heads = [
    xName,
    ...told.map(({ owner, label }) => [owner, label || title].filter(Boolean).join(' · ')),
  ];
  const body = placesOf(told, range).map((x) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, whole(x)),
      ...told.map((line) => h('td', {}, valueAt(line, x, shown))),
    ),
  );
  return h(
    'table',
    {},
    h('caption', {}, title),
    h('thead', {}, h('tr', {}, ...heads.map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, ...body),
  );
}

/** The points of the line with the most points within the range. */
function placesOf(lines: readonly ChartLine[], range: readonly [number, number] | undefined): number[] {
  const longest = lines.reduce<ArrayLike<number>>((best, { x }) => (x.length > best.length ? x : best), []);
  const [low, high] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const inside = Array.from(longest).filter((x) => x >= low && x <= high);
  const stride = Math.max(1, (inside.length - 1) / (MAX_ROWS - 1));
  const count = Math.min(inside.length, MAX_ROWS);
  return Array.from({ length: count }, (_, i) => inside[Math.round(i * stride)]!);
}

function valueAt({ x, y }: ChartLine, place: number, shown: (value: number) => string): string {
  const index = nearest(x, place);
  const value = y[index]!;
  if (!Number.isFinite(value)) return t('not finite');
  // Another line's point may lie elsewhere: its nearest value, marked as such.
  return x[index] === place ? shown(value) : `≈ ${shown(value)}`;
}
