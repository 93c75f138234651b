/** Chooses the state dict whose keys are shown. */
import type { CheckpointView } from '../../editors/checkpointMessages.js';
import { h, set } from '../dom.js';
import { t } from '../words.js';

export class StateDicts {
  readonly element = h('div', { class: 'switch', role: 'radiogroup', 'aria-label': t('State dict') });
  private names = '';

  constructor(private readonly choose: (place: number) => void) {
    this.element.addEventListener('keydown', (event) => this.key(event));
  }

  show(stateDicts: CheckpointView['stateDicts'], shown: number): void {
    const names = JSON.stringify(stateDicts.map(({ name }) => name));
    if (names !== this.names) {
      this.names = names;
      this.element.replaceChildren(...stateDicts.map(({ name }, place) => this.option(name, place)));
    }
    for (const [place, option] of [...this.element.children].entries())
      set(option, { 'aria-checked': String(place === shown), tabindex: place === shown ? 0 : -1 });
  }

  private option(name: string, place: number): HTMLElement {
    const option = h('button', { type: 'button', role: 'radio' }, name);
    option.addEventListener('click', () => this.choose(place));
    return option;
  }

  /** Arrows go to the neighbour and choose it, as in every group of radio buttons. */
  private key(event: KeyboardEvent): void {
    const options = [...this.element.children] as HTMLElement[];
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const here = options.indexOf(event.target as HTMLElement);
    if (by === undefined || here < 0) return;
    event.preventDefault();
    const next = options[(here + by + options.length) % options.length]!;
    next.focus();
    next.click();
  }
}
