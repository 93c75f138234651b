/** Filters the keys by text, and to those that do not fit the config. */
import { button, h, set, write } from '../dom.js';
import { whole } from '../format.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import type { TreeFilter } from './moduleTree.js';

/** Milliseconds after the last letter: a long list is not filtered anew for each. */
const PAUSE = 60;

export class KeyFilter {
  readonly element: HTMLElement;
  /** How many keys are shown. */
  readonly found = h('p', { class: 'soft found', role: 'status', 'aria-live': 'polite' });
  private readonly search: HTMLInputElement;
  private readonly mismatches: HTMLButtonElement;
  private isMismatchOnly: boolean;
  private timer: number | undefined;

  constructor(
    kept: TreeFilter,
    private readonly changed: (filter: TreeFilter) => void,
  ) {
    this.isMismatchOnly = kept.isMismatchOnly;
    this.search = h('input', {
      type: 'search',
      placeholder: t('Filter keys'),
      'aria-label': t('Filter keys'),
      spellcheck: 'false',
    });
    this.search.value = kept.text;
    this.search.addEventListener('input', () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.tell(), PAUSE);
    });
    this.mismatches = button('', { icon: icon('warning'), class: 'chip mismatches' }, () => {
      this.isMismatchOnly = !this.isMismatchOnly;
      set(this.mismatches, { 'aria-pressed': String(this.isMismatchOnly) });
      this.tell();
    });
    set(this.mismatches, { 'aria-pressed': String(this.isMismatchOnly) });
    this.element = h('div', { class: 'filter' }, this.search, this.mismatches, this.found);
  }

  get value(): TreeFilter {
    return { text: this.search.value, isMismatchOnly: this.isMismatchOnly && !this.mismatches.hidden };
  }

  /** Whether there is anything to filter to. */
  offer(mismatches: number, isCompared: boolean): void {
    this.mismatches.hidden = !isCompared;
    write(this.mismatches.lastElementChild!, t('Only mismatches {0}', whole(mismatches)));
  }

  private tell(): void {
    this.changed(this.value);
  }
}
