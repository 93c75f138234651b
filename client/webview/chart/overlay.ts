/** The overlay of a drawing: the position chosen by the user, and marks along the top edge. */
import type uPlot from 'uplot';
import { h } from '../dom.js';
import { icon } from '../icons.js';

export interface ChartMark {
  readonly x: number;
  readonly sign: 'up' | 'down' | 'either';
}

/** More marks than this would overlap; the line itself then shows them. */
const MAX_MARKS = 200;
/** CSS pixels for a mark with its sign; closer ones are ticks. */
const LEAST_ROOM = 24;
const SIGNS = { up: 'up', down: 'down', either: 'switches' } as const;

export class ChartOverlay {
  private readonly here = h('div', { class: 'here', hidden: true });
  private readonly marks: { readonly x: number; readonly element: HTMLElement }[] = [];
  private x: number | undefined;

  place(x: number | undefined): void {
    this.x = x;
  }

  mark(marks: readonly ChartMark[]): void {
    for (const { element } of this.marks.splice(0)) element.remove();
    for (const { x, sign } of marks.slice(0, MAX_MARKS))
      this.marks.push({ x, element: h('span', { class: 'mark', 'data-sign': sign }, icon(SIGNS[sign])) });
  }

  /** Positions everything according to the current scales. */
  fit(plot: uPlot): void {
    const all = [this.here, ...this.marks.map(({ element }) => element)];
    if (all.some((element) => element.parentElement !== plot.over)) plot.over.append(...all);
    this.here.hidden = this.x === undefined;
    if (this.x !== undefined) move(this.here, plot.valToPos(this.x, 'x'));
    plot.over.classList.toggle('dense', plot.over.clientWidth < LEAST_ROOM * this.marks.length);
    for (const { x, element } of this.marks) move(element, plot.valToPos(x, 'x'));
  }
}

function move(element: HTMLElement, left: number): void {
  element.style.transform = `translateX(${left}px)`;
}
