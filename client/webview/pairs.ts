/** Named numbers, side by side, that change in place. */
import { h, write } from './dom.js';

export interface Pair {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

export function pair(name: string, value: string, detail = ''): Pair {
  return { name, value, detail };
}

/** Keeps the elements, so that numbers change in place. */
export function showPairs(list: HTMLElement, pairs: readonly Pair[]): void {
  while (list.children.length > pairs.length) list.lastElementChild!.remove();
  for (const [i, { name, value, detail }] of pairs.entries()) {
    const item =
      list.children[i] ?? list.appendChild(h('div', {}, h('dt'), h('dd'), h('dd', { class: 'detail' })));
    const [term, main, more] = [...item.children] as HTMLElement[];
    write(term!, name);
    write(main!, value);
    write(more!, detail);
    more!.hidden = detail === '';
  }
}
