/** A list of any length of which only the visible rows, and a few around them, are in the page. */
import { h } from './dom.js';
import { beforeNextFrame } from './frames.js';

interface SightLook<Row> {
  /** Role, name and focus of the box that scrolls. */
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly row: (row: Row, index: number) => HTMLElement;
  /** Shown when there are no rows. */
  readonly empty: string;
}

/** Rows above and below the visible ones, so that a slow frame does not show a gap. */
const AROUND = 12;

export class Sight<Row> {
  readonly element: HTMLElement;
  private readonly body = h('div', { class: 'rows', role: 'presentation' });
  private readonly empty: HTMLElement;
  private rows: readonly Row[] = [];
  private readonly paint = (): void => this.draw();

  constructor(private readonly look: SightLook<Row>) {
    this.empty = h('p', { class: 'empty', hidden: true }, look.empty);
    this.element = h('div', { class: 'sight', tabindex: 0, ...look.attributes }, this.body, this.empty);
    this.element.addEventListener('scroll', () => beforeNextFrame(this.paint), { passive: true });
    new ResizeObserver(() => beforeNextFrame(this.paint)).observe(this.element);
  }

  show(rows: readonly Row[]): void {
    this.rows = rows;
    this.empty.hidden = rows.length > 0;
    this.draw();
  }

  toTop(): void {
    this.element.scrollTop = 0;
  }

  /** Scrolls as little as needed to show the row. */
  reveal(index: number): void {
    const height = this.rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (index * height < scrollTop) this.element.scrollTop = index * height;
    else if ((index + 1) * height > scrollTop + clientHeight)
      this.element.scrollTop = (index + 1) * height - clientHeight;
    this.draw();
  }

  /** Rows that fit, for the keys that move by a page. */
  get rowsInSight(): number {
    return Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight) - 1);
  }

  /** The rows' content changed. */
  draw(): void {
    const height = this.rowHeight;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / height) - AROUND);
    const last = Math.min(this.rows.length, Math.ceil((scrollTop + clientHeight) / height) + AROUND);
    this.body.style.height = `${this.rows.length * height}px`;
    const made = this.rows.slice(first, last).map((row, i) => {
      const element = this.look.row(row, first + i);
      element.style.transform = `translateY(${(first + i) * height}px)`;
      return element;
    });
    this.body.replaceChildren(...made);
  }

  /** The style decides how high a row is: higher where the panel is narrow. */
  private get rowHeight(): number {
    return Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 26;
  }
}
