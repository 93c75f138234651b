/** A table of any length of which only the visible rows are in the page. */
import { h, set } from './dom.js';
import { Sight } from './sight.js';
import { t } from './words.js';

interface VirtualLook<Row> {
  readonly label: string;
  readonly columns: readonly string[];
  readonly cells: (row: Row) => HTMLElement[];
  readonly className: (row: Row) => string;
}

export class VirtualRows<Row> {
  readonly element: HTMLElement;
  private readonly sight: Sight<Row>;

  constructor(private readonly look: VirtualLook<Row>) {
    const head = h('div', { class: 'row head', role: 'row', 'aria-rowindex': 1 });
    head.append(...look.columns.map((column) => h('span', { role: 'columnheader' }, column)));
    this.sight = new Sight({
      attributes: { role: 'rowgroup', 'aria-label': look.label },
      empty: t('No keys match.'),
      row: (row, index) => this.row(row, index),
    });
    this.element = h(
      'div',
      { class: 'virtual', role: 'table', 'aria-label': look.label },
      h('div', { role: 'rowgroup' }, head),
      this.sight.element,
    );
  }

  show(rows: readonly Row[]): void {
    set(this.element, { 'aria-rowcount': rows.length + 1 });
    this.sight.toTop();
    this.sight.show(rows);
  }

  private row(row: Row, index: number): HTMLElement {
    // Two for the heading and for counting from 1.
    const made = h('div', { class: this.look.className(row), role: 'row', 'aria-rowindex': index + 2 });
    for (const cell of this.look.cells(row)) {
      cell.setAttribute('role', 'cell');
      made.append(cell);
    }
    return made;
  }
}
