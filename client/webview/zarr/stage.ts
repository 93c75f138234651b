/** The cameras at one step, and what moves through the steps of an episode. */
import { fixed } from '../../../engine/base/numberText.js';
import type { DataSetView } from '../../editors/zarrMessages.js';
import { button, h, set, write } from '../dom.js';
import { whole } from '../format.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import type { Episode } from './episodeAt.js';
import type { Frame } from './frameStore.js';

interface StageHandlers {
  readonly moveTo: (step: number) => void;
  readonly moveEpisode: (by: number) => void;
  readonly play: () => void;
}

interface Camera {
  readonly image: HTMLImageElement;
  readonly note: HTMLElement;
  readonly name: string;
}

export class Stage {
  readonly element: HTMLElement;
  private readonly pictures = h('div', { class: 'pictures' });
  private readonly scrubber = h('input', {
    type: 'range',
    class: 'scrubber',
    'aria-label': t('Step'),
    min: 0,
    step: 1,
  });
  private readonly place = h('p', { class: 'place' });
  private readonly playButton: HTMLButtonElement;
  private cameras: readonly Camera[] = [];

  constructor(handlers: StageHandlers) {
    const plain = (name: string, sign: 'previous' | 'next', press: () => void) =>
      button(name, { icon: icon(sign), class: 'quiet icon-only', hint: name }, press);
    this.playButton = button('', { icon: icon('running'), class: 'second play' }, handlers.play);
    this.scrubber.addEventListener('input', () => handlers.moveTo(Number(this.scrubber.value)));
    this.element = h(
      'section',
      { class: 'stage', 'aria-label': t('Frames') },
      this.pictures,
      this.scrubber,
      h(
        'div',
        { class: 'transport' },
        plain(t('Previous episode'), 'previous', () => handlers.moveEpisode(-1)),
        this.playButton,
        plain(t('Next episode'), 'next', () => handlers.moveEpisode(1)),
        this.place,
      ),
      h('p', { class: 'soft keys-help' }, t('← → step, Shift for ten; [ ] episode; Space: play')),
    );
    this.showPlaying(false);
  }

  show(cameras: DataSetView['cameras']): void {
    this.cameras = cameras.map(({ array, width, height }) => {
      const image = h('img', { alt: '', width, height, decoding: 'sync', hidden: true });
      image.style.aspectRatio = `${width} / ${height}`;
      return { image, note: h('p', { class: 'soft note' }), name: array };
    });
    this.pictures.replaceChildren(
      ...this.cameras.map(({ image, note, name }) =>
        h('figure', {}, image, note, h('figcaption', { class: 'soft' }, name)),
      ),
    );
    this.pictures.classList.toggle('is-one', cameras.length === 1);
    this.pictures.hidden = cameras.length === 0;
  }

  moveTo(step: number, { number, start, end }: Episode, framesPerSecond: number | null): void {
    const [at, count] = [step - start, end - start];
    const seconds = framesPerSecond === null ? '' : ` · ${fixed(at / framesPerSecond, 1)} s`;
    set(this.scrubber, { min: start, max: Math.max(start, end - 1) });
    this.scrubber.value = String(step);
    set(this.scrubber, {
      'aria-valuetext': t('episode {0}, step {1} of {2}{3}', number, at, count, seconds),
    });
    this.place.replaceChildren(
      h('strong', {}, t('Step {0}', whole(at))),
      h('span', { class: 'soft' }, t(' of {0}{1} · row {2}', whole(count), seconds, whole(step))),
    );
  }

  /** Until the frame arrives, the previous one stays. */
  showFrame(camera: number, step: number, frame: Frame | undefined): void {
    const shown = this.cameras[camera];
    if (shown === undefined || frame === undefined) return;
    const { image, note, name } = shown;
    const isThere = 'url' in frame;
    image.hidden = !isThere;
    note.hidden = isThere;
    if (!isThere) {
      write(note, frame.problem);
      return;
    }
    if (image.getAttribute('src') !== frame.url) image.src = frame.url;
    image.alt = t('{0} at step {1}', name, step);
  }

  showPlaying(isPlaying: boolean): void {
    const name = isPlaying ? t('Pause') : t('Play');
    this.playButton.replaceChildren(icon(isPlaying ? 'paused' : 'running'), h('span', {}, name));
  }
}
