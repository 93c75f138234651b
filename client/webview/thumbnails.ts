/** Frames as they land: the newest ones, each held by the page as long as it is shown. */
import { MAX_THUMBNAILS, type Thumbnail } from '../panels/panelMessages.js';
import { h } from './dom.js';
import { t } from './words.js';

interface Held {
  readonly element: HTMLElement;
  readonly url: string;
}

export class Thumbnails {
  readonly element = h('section', { class: 'thumbnails', 'aria-label': t('Converted frames'), hidden: true });
  private readonly held: Held[] = [];

  add(thumbnails: readonly Thumbnail[]): void {
    for (const { episode, frame, jpeg } of thumbnails) {
      const url = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }));
      const image = h('img', { src: url, alt: t('{0}, frame {1}', episode, frame), loading: 'lazy' });
      const element = h('figure', {}, image, h('figcaption', {}, episode, h('span', {}, ` ${frame}`)));
      this.held.push({ element, url });
      this.element.prepend(element);
    }
    for (const { element, url } of this.held.splice(0, Math.max(0, this.held.length - MAX_THUMBNAILS))) {
      element.remove();
      URL.revokeObjectURL(url);
    }
    this.element.hidden = this.held.length === 0;
  }
}
