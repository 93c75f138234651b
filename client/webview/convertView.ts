/** The progress of a conversion, frames as they arrive, and what was left out and why. */
import { fixed } from '../../engine/base/numberText.js';
import type { ConversionView, ConvertAction, ConvertToPage } from '../panels/panelMessages.js';
import { showBanners } from './banners.js';
import { button, h, set, write } from './dom.js';
import { duration, percent, whole } from './format.js';
import { type IconName, icon } from './icons.js';
import { showState, stateName } from './jobState.js';
import { busyWhile, type Page } from './page.js';
import { type Pair, pair, showPairs } from './pairs.js';
import { Thumbnails } from './thumbnails.js';
import { t } from './words.js';

type Told = Exclude<ConvertToPage, { type: 'hello' | 'settled' }>;

export class ConvertView {
  private readonly badge = h('span', { class: 'badge' });
  private readonly about = h('p', { class: 'about' });
  private readonly controls = h('div', { class: 'buttons', role: 'toolbar', 'aria-label': t('Conversion') });
  private readonly bar = h('div', { class: 'bar' }, h('div', { class: 'fill' }));
  private readonly banners = h('div', { class: 'banners' });
  private readonly numbers = h('dl', { class: 'numbers' });
  private readonly skipped = h('section', { class: 'skipped', hidden: true });
  private readonly notes = h('ul', { class: 'plain-notes soft' });
  private readonly thumbnails = new Thumbnails();

  constructor(
    private readonly page: Page,
    private readonly act: (action: ConvertAction) => Promise<boolean>,
  ) {
    const { bar, badge, about, controls, banners, numbers, skipped, thumbnails, notes } = this;
    const label = t('Progress of the conversion');
    set(bar, { role: 'progressbar', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100 });
    const title = h('div', { class: 'title' }, h('h1', {}, t('Convert trajectories')), badge);
    const copy = this.action(t('Copy command'), 'copy', { kind: 'copyCommand' }, 'quiet');
    const head = h('header', {}, h('div', { class: 'titles' }, title, about), controls, copy);
    page.mount(head, bar, banners, numbers, skipped, thumbnails.element, notes);
  }

  tell(message: Told): void {
    if (message.type === 'thumbnails') this.thumbnails.add(message.thumbnails);
    else this.show(message.conversion);
  }

  private show(conversion: ConversionView): void {
    const { state, reason, input, output, frames, totalFrames } = conversion;
    showState(this.badge, state);
    write(this.about, `${input} → ${output}`);
    showBanners(
      this.banners,
      reason === null ? [] : [{ severity: 'error', code: 'failed', message: reason }],
    );
    this.showControls(conversion);
    const part = state === 'done' ? 1 : frames / Math.max(1, totalFrames ?? 0);
    (this.bar.firstElementChild as HTMLElement).style.width = `${part * 100}%`;
    set(this.bar, { 'aria-valuenow': Math.floor(part * 100), 'aria-valuetext': percent(part) });
    showPairs(this.numbers, numbersOf(conversion, part));
    this.showSkipped(conversion);
    if (this.notes.children.length !== conversion.notes.length)
      this.notes.replaceChildren(...conversion.notes.map((note) => h('li', {}, note)));
    this.page.say(`${stateName(state)}. ${reason ?? ''}`);
  }

  private showControls({ controls: allowed, result }: ConversionView): void {
    const key = `${allowed.join()}|${result === null}`;
    if (this.controls.dataset['shown'] === key) return;
    this.controls.dataset['shown'] = key;
    const open = this.action(t('Open the data set'), 'folder', { kind: 'openDataSet' }, '');
    this.controls.replaceChildren(
      ...(result === null ? [] : [open]),
      ...allowed.map((control) =>
        control === 'cancel'
          ? this.action(t('Cancel'), 'stopped', { kind: 'cancel' }, 'second')
          : this.action(t('Resume'), 'running', { kind: 'resume' }, ''),
      ),
    );
  }

  private action(label: string, sign: IconName, asked: ConvertAction, look: string): HTMLButtonElement {
    const made = button(label, { icon: icon(sign), class: look }, () => busyWhile(made, this.act(asked)));
    return made;
  }

  private showSkipped({ skipped: list, skippedCount }: ConversionView): void {
    const key = `${skippedCount}:${list.length}`;
    this.skipped.hidden = skippedCount === 0;
    if (this.skipped.dataset['shown'] === key) return;
    this.skipped.dataset['shown'] = key;
    const rows = list.map(({ episode, reason }) =>
      h(
        'li',
        { class: 'finding warning' },
        icon('warning'),
        h('p', {}, h('strong', {}, episode), ` ${reason}`),
      ),
    );
    const more = skippedCount - list.length;
    this.skipped.replaceChildren(
      h('h2', {}, t('Left out')),
      h('ul', { class: 'findings' }, ...rows),
      more > 0 ? h('p', { class: 'soft' }, t('and {0} more', whole(more))) : '',
    );
  }
}

/** Where rotations are not as recorded: what the config must say too. */
function turnedPairs({ turned }: NonNullable<ConversionView['result']>): Pair[] {
  if (turned === null) return [];
  return [pair(t('Actions'), t('{0}-D', turned.actionDim), t('rotations: {0}', turned.rotation))];
}

function numbersOf(conversion: ConversionView, part: number): Pair[] {
  const { frames, totalFrames, framesPerSecond, secondsLeft, result, skippedCount } = conversion;
  const total = totalFrames === null ? '' : t('of {0} frames', whole(totalFrames));
  const left = skippedCount === 0 ? [] : [pair(t('Episodes left out'), whole(skippedCount))];
  if (result !== null)
    return [
      pair(t('Episodes'), whole(result.episodes)),
      pair(t('Steps'), whole(result.steps)),
      ...turnedPairs(result),
      pair(t('Took'), duration(result.seconds)),
      ...left,
    ];
  return [
    pair(
      t('Done'),
      percent(part),
      totalFrames === null ? t('reading the episodes') : `${whole(frames)} ${total}`,
    ),
    pair(t('Time left'), secondsLeft === null ? '–' : duration(secondsLeft)),
    pair(t('Speed'), fixed(framesPerSecond, 1), t('frames/s')),
    ...left,
  ];
}
