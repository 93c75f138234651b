/** The episodes with their lengths: a list box of which only the visible rows are in the page. */
import { h, set } from '../dom.js';
import { whole } from '../format.js';
import { Sight } from '../sight.js';
import { t } from '../words.js';
import { episodeOf } from './episodeAt.js';

export class EpisodeList {
  readonly element: HTMLElement;
  private readonly sight: Sight<number>;
  private ends: readonly number[] = [];
  private longest = 1;
  private current = 0;

  constructor(private readonly choose: (episode: number) => void) {
    this.sight = new Sight<number>({
      attributes: { role: 'listbox', 'aria-label': t('Episodes') },
      empty: t('No episodes.'),
      row: (number) => this.row(number),
    });
    this.sight.element.addEventListener('keydown', (event) => this.key(event));
    this.sight.element.addEventListener('click', ({ target }) => {
      const place =
        target instanceof Element ? target.closest('[role=option]')?.getAttribute('data-episode') : null;
      if (place != null) choose(Number(place));
    });
    const head = h(
      'div',
      { class: 'row head', 'aria-hidden': 'true' },
      h('span', {}, t('Episode')),
      h('span', {}, t('Steps')),
    );
    this.element = h('div', { class: 'virtual episodes' }, head, this.sight.element);
  }

  fill(ends: readonly number[]): void {
    this.ends = ends;
    this.longest = ends.reduce((most, end, i) => Math.max(most, end - (ends[i - 1] ?? 0)), 1);
    this.sight.show(ends.map((_, number) => number));
  }

  mark(episode: number): void {
    if (episode === this.current && this.sight.element.hasAttribute('aria-activedescendant')) return;
    this.current = episode;
    set(this.sight.element, { 'aria-activedescendant': `episode-${episode}` });
    this.sight.reveal(episode);
  }

  private row(number: number): HTMLElement {
    const { start, end } = episodeOf(this.ends, number);
    const length = end - start;
    const bar = h('span', { class: 'length' });
    bar.style.inlineSize = `${(length / this.longest) * 100}%`;
    return h(
      'div',
      {
        class: 'row',
        id: `episode-${number}`,
        'data-episode': number,
        role: 'option',
        'aria-selected': String(number === this.current),
        'aria-setsize': this.ends.length,
        'aria-posinset': number + 1,
        'aria-label': t('episode {0}, {1} steps', number, length),
        title: t('steps {0} to {1}', whole(start), whole(end - 1)),
      },
      h('span', {}, String(number)),
      h('span', { class: 'track' }, bar),
      h('span', { class: 'number' }, whole(length)),
    );
  }

  private key(event: KeyboardEvent): void {
    const last = this.ends.length - 1;
    const page = this.sight.rowsInSight;
    const to = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + page,
      PageUp: this.current - page,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(Math.min(last, Math.max(0, to)));
  }
}
