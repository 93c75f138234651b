/** A data set: its episodes, the cameras at one step, and the columns over steps with the same cursor. */
import type { DataSetView, ZarrAction, ZarrToPage } from '../../editors/zarrMessages.js';
import { showBanners } from '../banners.js';
import { button, h, write } from '../dom.js';
import { icon } from '../icons.js';
import { busyWhile, type Page } from '../page.js';
import { onTheme } from '../theme.js';
import { t } from '../words.js';
import { arraysTable } from './arraysTable.js';
import { commandFor, type Episode, episodeAt, episodeOf } from './episodeAt.js';
import { EpisodeList } from './episodeList.js';
import { around, FrameStore } from './frameStore.js';
import { Player } from './player.js';
import { Stage } from './stage.js';
import { type Range, Traces } from './traces.js';
import { zarrNumbers } from './zarrHead.js';

type Told = Exclude<ZarrToPage, { type: 'hello' | 'settled' }>;

interface ZarrHandlers {
  /** The step that was shown when the page was last shown. */
  readonly kept: unknown;
  readonly keep: (kept: { readonly step: number; readonly isWhole: boolean }) => void;
  readonly act: (action: ZarrAction) => Promise<boolean>;
}

/** Wider frames are scaled down before they are sent. */
const FRAME_WIDTH = 960;
/** Steps per second where the data set does not say. */
const USUAL_RATE = 10;

export class ZarrPage {
  private readonly title = h('h1');
  private readonly about = h('p', { class: 'about path' });
  private readonly banners = h('div', { class: 'banners' });
  private readonly numbers = h('dl', { class: 'numbers' });
  private readonly waiting = h('p', { class: 'empty', role: 'status' });
  private readonly body: HTMLElement;
  private readonly arrays = h('div');
  private readonly episodes: EpisodeList;
  private readonly stage: Stage;
  private readonly traces: Traces;
  private readonly frames: FrameStore;
  private readonly player: Player;
  private readonly range: HTMLElement;
  private view: DataSetView | undefined;
  private shape = '';
  private step: number;
  private episode: Episode | undefined;
  private direction: 1 | -1 = 1;
  private zoom: Range | null = null;
  private isWhole: boolean;

  constructor(
    page: Page,
    private readonly handlers: ZarrHandlers,
  ) {
    const kept = keptPlace(handlers.kept);
    this.step = kept.step;
    this.isWhole = kept.isWhole;
    this.episodes = new EpisodeList((episode) => this.moveToEpisode(episode));
    this.stage = new Stage({
      moveTo: (step) => this.moveTo(step),
      moveEpisode: (by) => this.moveEpisode(by),
      play: () => this.play(),
    });
    this.traces = new Traces({
      act: handlers.act,
      zoom: (range) => this.zoomTo(range),
      moveTo: (step) => this.moveTo(step),
    });
    this.frames = new FrameStore({
      ask: ({ camera, step }) => handlers.act({ kind: 'frame', camera, step, maxWidth: FRAME_WIDTH }),
      forget: (url) => URL.revokeObjectURL(url),
      arrived: ({ camera, step }) => step === this.step && this.showFrame(camera),
    });
    this.player = new Player(
      { show: (step) => this.show(step), stopped: () => this.stage.showPlaying(false) },
      { now: () => performance.now(), soon: (call) => void requestAnimationFrame(call) },
    );
    this.range = this.rangeSwitch();
    const charts = h('div', { class: 'charts-part' }, this.range, this.traces.element);
    this.body = h('div', { class: 'data-set' }, this.episodes.element, this.stage.element, charts);
    const refresh = button(t('Read again'), { icon: icon('refresh'), class: 'quiet' }, () =>
      busyWhile(refresh, handlers.act({ kind: 'refresh' })),
    );
    const titles = h('div', { class: 'titles' }, this.title, this.about);
    page.mount(
      h('header', {}, titles, refresh),
      this.banners,
      this.numbers,
      this.waiting,
      this.body,
      this.arrays,
    );
    document.addEventListener('keydown', (event) => this.key(event));
    onTheme(() => this.traces.retheme());
  }

  tell(message: Told): void {
    switch (message.type) {
      case 'dataSet':
        this.showDataSet(message.dataSet);
        return;
      case 'frame':
        this.takeFrame(message);
        return;
      case 'trace':
        this.traces.tell(message);
        return;
      default:
        message satisfies never;
    }
  }

  private showDataSet(view: DataSetView): void {
    this.view = view;
    const { name, path, state, reason, banners, episodeEnds, arrays, cameras, traces } = view;
    write(this.title, name);
    write(this.about, path);
    const failed =
      reason === null ? [] : [{ severity: 'error' as const, code: 'unreadable', message: reason }];
    showBanners(this.banners, [...failed, ...banners], {
      outdated: { label: t('Reload'), act: () => void this.handlers.act({ kind: 'refresh' }) },
    });
    this.waiting.hidden = state !== 'reading';
    write(this.waiting, t('Reading…'));
    this.body.hidden = episodeEnds.length === 0;
    this.numbers.replaceChildren(...zarrNumbers(view));
    this.numbers.hidden = state === 'reading';
    const shape = JSON.stringify([episodeEnds, arrays, cameras, traces]);
    if (shape === this.shape) return; // Only the notes about it are new.
    this.shape = shape;
    this.arrays.replaceChildren(...(arrays.length === 0 ? [] : [arraysTable(arrays)]));
    this.frames.clear();
    this.stage.show(cameras);
    this.traces.show(traces);
    this.episodes.fill(episodeEnds);
    this.episode = undefined;
    if (episodeEnds.length > 0) this.moveTo(this.step);
  }

  private takeFrame({ camera, step, jpeg, problem }: Extract<Told, { type: 'frame' }>): void {
    const frame =
      jpeg === undefined
        ? { problem: problem ?? t('No frame was recorded at this step.') }
        : { url: URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' })) };
    this.frames.put({ camera, step }, frame);
  }

  /** The user moved: playing stops. */
  private moveTo(step: number): void {
    this.player.stop();
    this.show(step);
  }

  private moveEpisode(by: number): void {
    if (this.episode === undefined) return;
    const last = this.ends.length - 1;
    this.moveToEpisode(Math.min(last, Math.max(0, this.episode.number + by)));
  }

  private moveToEpisode(number: number): void {
    this.moveTo(episodeOf(this.ends, number).start);
  }

  private show(wanted: number): void {
    const steps = this.ends.at(-1) ?? 0;
    const step = Math.min(steps - 1, Math.max(0, wanted));
    const episode = episodeAt(this.ends, step);
    if (episode === undefined || steps === 0) return;
    this.direction = step < this.step ? -1 : 1;
    this.step = step;
    const isOther = this.episode?.number !== episode.number;
    this.episode = episode;
    this.stage.moveTo(step, episode, this.view!.framesPerSecond);
    const cameras = this.view!.cameras.length;
    this.frames.want(around(step, episode, cameras, this.direction));
    for (let camera = 0; camera < cameras; camera++) this.showFrame(camera);
    if (isOther) {
      this.episodes.mark(episode.number);
      if (!this.isWhole) this.zoom = null;
      this.showRange();
    }
    this.traces.placeCursor(step);
    this.keep();
  }

  private showFrame(camera: number): void {
    this.stage.showFrame(camera, this.step, this.frames.get({ camera, step: this.step }));
  }

  private play(): void {
    if (this.player.isPlaying) {
      this.player.stop();
      return;
    }
    if (this.episode === undefined) return;
    const { start, end } = this.episode;
    if (this.step >= end - 1) this.show(start);
    this.stage.showPlaying(true);
    this.player.start(this.step, end - 1, this.view?.framesPerSecond ?? USUAL_RATE);
  }

  private zoomTo(range: Range | null): void {
    const last = (this.ends.at(-1) ?? 1) - 1;
    this.zoom = range && [Math.max(0, range[0]), Math.min(last, Math.max(range[0] + 1, range[1]))];
    this.showRange();
  }

  private showRange(): void {
    const { episode, zoom } = this;
    if (episode === undefined) return;
    const whole: Range = [0, (this.ends.at(-1) ?? 1) - 1];
    this.traces.showRange(zoom ?? (this.isWhole ? whole : [episode.start, episode.end - 1]));
  }

  private rangeSwitch(): HTMLElement {
    const options = [
      { name: t('Episode'), isWhole: false },
      { name: t('Whole data set'), isWhole: true },
    ];
    const buttons = options.map(({ name, isWhole }) => {
      const made = h('button', { type: 'button', 'aria-pressed': String(isWhole === this.isWhole) }, name);
      made.addEventListener('click', () => {
        this.isWhole = isWhole;
        this.zoom = null;
        for (const [i, other] of buttons.entries())
          other.setAttribute('aria-pressed', String(options[i]!.isWhole === isWhole));
        this.showRange();
        this.keep();
      });
      return made;
    });
    const hint = h('span', { class: 'soft' }, t('Drag to zoom in, double-click to zoom out'));
    const group = h(
      'div',
      { class: 'switch', role: 'group', 'aria-label': t('Steps in the charts') },
      ...buttons,
    );
    return h('div', { class: 'range' }, group, hint);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { target } = event;
    const isButton = target instanceof Element && target.closest('button, summary') !== null;
    if (isButton && (event.key === ' ' || event.key === 'Enter')) return;
    const command = commandFor(event.key, event.shiftKey);
    if (command === undefined || this.episode === undefined) return;
    event.preventDefault();
    const { start, end } = this.episode;
    if (command.kind === 'step') this.moveTo(this.step + command.by);
    else if (command.kind === 'episode') this.moveEpisode(command.by);
    else if (command.kind === 'play') this.play();
    else this.moveTo(command.kind === 'first' ? start : end - 1);
  }

  private get ends(): readonly number[] {
    return this.view?.episodeEnds ?? [];
  }

  private keep(): void {
    this.handlers.keep({ step: this.step, isWhole: this.isWhole });
  }
}

/** What an earlier version kept may be anything. */
function keptPlace(value: unknown): { readonly step: number; readonly isWhole: boolean } {
  const { step, isWhole } = (value ?? {}) as { step?: unknown; isWhole?: unknown };
  return { step: Number.isInteger(step) ? Math.max(0, step as number) : 0, isWhole: isWhole === true };
}
