/** A small matrix as a table whose cells are shaded by their column: rows are steps ahead, columns are action values. */
import { h } from './dom.js';
import { fixed, plain } from './format.js';
import { t } from './words.js';

const NAMES: Readonly<Record<number, readonly string[]>> = {
  7: ['x', 'y', 'z', 'qx', 'qy', 'qz', 'qw'],
  8: ['x', 'y', 'z', 'qx', 'qy', 'qz', 'qw', 'gripper'],
};
const SHADES = 8;

export function heatTable(rows: readonly (readonly (number | null)[])[], title: string): HTMLElement {
  const width = rows[0]?.length ?? 0;
  const names = NAMES[width] ?? Array.from({ length: width }, (_, i) => String(i));
  const shades = names.map((name, column) => shadeOf(rows, column, name === 'gripper'));
  const body = rows.map((row, i) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, `+${i}`),
      ...row.map((value, column) =>
        h('td', { class: `shade-${shades[column]?.(value) ?? 0}` }, shown(value)),
      ),
    ),
  );
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, t('ahead')),
    ...names.map((name) => h('th', { scope: 'col' }, name)),
  );
  return h(
    'div',
    { class: 'scroll', tabindex: 0 },
    h('table', { class: 'heat' }, h('caption', {}, title), h('thead', {}, head), h('tbody', {}, ...body)),
  );
}

/** 0 … SHADES - 1 from the column's lowest to its highest value; a gripper's from 0 to 1. */
function shadeOf(rows: readonly (readonly (number | null)[])[], column: number, isGripper: boolean) {
  const values = rows.flatMap((row) => row[column] ?? []);
  const [low, high] = isGripper ? [0, 1] : [Math.min(...values), Math.max(...values)];
  return (value: number | null): number => {
    if (value === null || high <= low) return 0;
    const part = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return Math.min(SHADES - 1, Math.floor(part * SHADES));
  };
}

function shown(value: number | null): string {
  return value === null ? plain(null) : fixed(value, 3);
}
