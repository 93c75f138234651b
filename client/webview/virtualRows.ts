/** A table of any length of which only the rows in sight, and a few around them, are in the page. */
import { h, set } from './dom.js';
import { beforeNextFrame } from './frames.js';
import { t } from './words.js';

export interface VirtualLook<Row> {
  readonly label: string;
  readonly columns: readonly string[];
  readonly cells: (row: Row) => HTMLElement[];
  readonly className: (row: Row) => string;
}

/** Rows above and below the sight, so that a slow frame shows no hole. */
const AROUND = 12;

export class VirtualRows<Row> {
  readonly element: HTMLElement;
  private readonly body = h('div', { class: 'rows' });
  private readonly sight: HTMLElement;
  private readonly empty = h('p', { class: 'empty', hidden: true }, t('No key matches.'));
  private rows: readonly Row[] = [];
  private readonly paint = (): void => this.draw();

  constructor(private readonly look: VirtualLook<Row>) {
    const head = h('div', { class: 'row head', role: 'row', 'aria-rowindex': 1 });
    head.append(...look.columns.map((column) => h('span', { role: 'columnheader' }, column)));
    const sight = { class: 'sight', tabindex: 0, role: 'rowgroup', 'aria-label': look.label };
    this.sight = h('div', sight, this.body);
    this.element = h(
      'div',
      { class: 'virtual', role: 'table', 'aria-label': look.label },
      h('div', { role: 'rowgroup' }, head),
      this.sight,
      this.empty,
    );
    this.sight.addEventListener('scroll', () => beforeNextFrame(this.paint), { passive: true });
    new ResizeObserver(() => beforeNextFrame(this.paint)).observe(this.sight);
  }

  show(rows: readonly Row[]): void {
    this.rows = rows;
    this.sight.scrollTop = 0;
    this.empty.hidden = rows.length > 0;
    set(this.element, { 'aria-rowcount': rows.length + 1 });
    this.draw();
  }

  /** The style decides how high a row is: higher where the panel is narrow. */
  private get rowHeight(): number {
    return Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 26;
  }

  private draw(): void {
    const height = this.rowHeight;
    const first = Math.max(0, Math.floor(this.sight.scrollTop / height) - AROUND);
    const last = Math.min(
      this.rows.length,
      Math.ceil((this.sight.scrollTop + this.sight.clientHeight) / height) + AROUND,
    );
    this.body.style.height = `${this.rows.length * height}px`;
    const made = this.rows.slice(first, last).map((row, i) => this.row(row, first + i, height));
    this.body.replaceChildren(...made);
  }

  private row(row: Row, index: number, height: number): HTMLElement {
    // Two for the heading and for counting from 1.
    const made = h('div', { class: this.look.className(row), role: 'row', 'aria-rowindex': index + 2 });
    for (const cell of this.look.cells(row)) {
      cell.setAttribute('role', 'cell');
      made.append(cell);
    }
    made.style.transform = `translateY(${index * height}px)`;
    return made;
  }
}
