/** The arrays of a data set as a table. */
import type { DataSetView } from '../../editors/zarrMessages.js';
import { h } from '../dom.js';
import { t } from '../words.js';

export function arraysTable(arrays: DataSetView['arrays']): HTMLElement {
  const head = [t('Array'), t('Shape'), t('Type'), t('Chunks'), t('Compressor')];
  const rows = arrays.map(({ name, shape, dtype, chunks, compressor }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('code', {}, name)),
      ...[sizes(shape), dtype, sizes(chunks), compressor === '' ? t('none') : compressor].map((text) =>
        h('td', {}, text),
      ),
    ),
  );
  const table = h(
    'table',
    {},
    h('caption', {}, t('Arrays')),
    h('thead', {}, h('tr', {}, ...head.map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, ...rows),
  );
  return h(
    'section',
    { class: 'arrays', 'aria-label': t('Arrays') },
    h('h2', {}, t('Arrays')),
    h('div', { class: 'scroll' }, table),
  );
}

function sizes(values: readonly number[]): string {
  return `[${values.join(', ')}]`;
}
