/** The runs that are drawn together: line, name, a switch that hides it, and a way to remove it. */
import type { RunHeader } from '../../panels/panelMessages.js';
import { button, h, set } from '../dom.js';
import { icon } from '../icons.js';
import { sample } from '../inks.js';
import { t } from '../words.js';

interface LegendHandlers {
  readonly hide: (hidden: ReadonlySet<number>) => void;
  readonly remove: (run: number) => Promise<boolean>;
}

export class RunLegend {
  readonly element = h('div', {
    class: 'legend',
    role: 'group',
    'aria-label': t('Runs in the charts'),
    hidden: true,
  });
  private readonly hidden: Set<number>;
  private shown = '';

  constructor(
    hidden: ReadonlySet<number>,
    private readonly handlers: LegendHandlers,
  ) {
    this.hidden = new Set(hidden);
  }

  /** A single run needs no legend. */
  show(runs: RunHeader['runs']): void {
    const key = JSON.stringify(runs);
    if (key === this.shown) return;
    this.shown = key;
    this.element.hidden = runs.length < 2;
    this.element.replaceChildren(...runs.map(({ id, name }, ink) => this.entry(id, name, ink)));
  }

  private entry(id: number, name: string, ink: number): HTMLElement {
    const toggle = h(
      'button',
      { type: 'button', class: 'toggle', title: name },
      sample(ink, 'main'),
      h('span', {}, name),
    );
    const mark = (): void => set(toggle, { 'aria-pressed': String(!this.hidden.has(id)) });
    toggle.addEventListener('click', () => {
      if (!this.hidden.delete(id)) this.hidden.add(id);
      mark();
      this.handlers.hide(this.hidden);
    });
    mark();
    if (id === 0) return h('span', { class: 'entry' }, toggle);
    const remove = button(t('Remove {0}', name), { icon: icon('close'), class: 'quiet icon-only' }, () => {
      void this.handlers.remove(id);
    });
    return h('span', { class: 'entry' }, toggle, remove);
  }
}
