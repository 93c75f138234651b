/** A checkpoint: what it is, its keys as a tree beside the policy of the config, and what the chosen key is. */
import type {
  CheckpointAction,
  CheckpointToPage,
  CheckpointView,
  KeyRowView,
} from '../../editors/checkpointMessages.js';
import { showBanners } from '../banners.js';
import { button, h, write } from '../dom.js';
import { whole } from '../format.js';
import { icon } from '../icons.js';
import type { Page } from '../page.js';
import { t } from '../words.js';
import { checkpointNumbers } from './checkpointHead.js';
import { type KeptView, keptView } from './keptView.js';
import { KeyDetail } from './keyDetail.js';
import { KeyFilter } from './keyFilter.js';
import { KeyTree } from './keyTree.js';
import { isMismatch } from './moduleTree.js';
import { StateDicts } from './stateDicts.js';

type Told = Exclude<CheckpointToPage, { type: 'hello' | 'settled' }>;

interface CheckpointHandlers {
  /** What was open when the page was last shown. */
  readonly kept: unknown;
  readonly keep: (kept: KeptView) => void;
  readonly act: (action: CheckpointAction) => Promise<boolean>;
}

export class CheckpointPage {
  private readonly title = h('h1');
  private readonly about = h('p', { class: 'about path' });
  private readonly banners = h('div', { class: 'banners' });
  private readonly numbers = h('dl', { class: 'numbers' });
  private readonly compared = h('p', { class: 'compared' });
  private readonly waiting = h('p', { class: 'empty', role: 'status' });
  private readonly keysPart: HTMLElement;
  private readonly filter: KeyFilter;
  private readonly tree: KeyTree;
  private readonly detail: KeyDetail;
  private readonly stateDicts: StateDicts;
  private view: CheckpointView | undefined;
  private rows: readonly KeyRowView[] = [];
  /** The state dict whose keys are shown; a remembered one is requested once. */
  private wantedDict: string | undefined;
  private place: number | undefined;
  private explained: number | undefined;
  private isAsking = false;

  constructor(
    page: Page,
    private readonly handlers: CheckpointHandlers,
  ) {
    const kept = keptView(handlers.kept);
    this.wantedDict = kept.stateDict;
    this.filter = new KeyFilter(kept, (filter) => {
      this.tree.filter(filter);
      this.keep();
    });
    this.detail = new KeyDetail(
      {
        openPlace: (dimension, source) => void handlers.act({ kind: 'openPlace', dimension, source }),
        copyFix: () => void handlers.act({ kind: 'copyFix' }),
        wantValues: (isWanted) => this.wantValues(isWanted),
      },
      kept.areValuesOpen,
    );
    this.tree = new KeyTree(
      { select: (place) => this.select(place), changed: () => this.keep() },
      kept.open,
      kept.key,
    );
    this.stateDicts = new StateDicts((stateDict) => void handlers.act({ kind: 'showStateDict', stateDict }));
    const bar = h('div', { class: 'filters' }, this.stateDicts.element, this.filter.element, this.compared);
    const body = h('div', { class: 'tree-and-detail' }, this.tree.element, this.detail.element);
    this.keysPart = h('section', { class: 'keys-part', 'aria-label': t('Keys') }, bar, body);
    const listing = button(t('Open as text'), { icon: icon('list'), class: 'quiet' }, () => {
      void handlers.act({ kind: 'openListing' });
    });
    const titles = h('div', { class: 'titles' }, this.title, this.about);
    page.mount(h('header', {}, titles, listing), this.banners, this.numbers, this.waiting, this.keysPart);
  }

  tell(message: Told): void {
    switch (message.type) {
      case 'checkpoint':
        this.showFile(message.checkpoint);
        return;
      case 'keys':
        this.showKeys(message.rows);
        return;
      case 'key':
        if (message.row === this.place) this.detail.explain(this.rows[message.row]!, message.detail);
        return;
      case 'histogram':
        if (message.row === this.place) this.detail.showValues(message.histogram);
        return;
      default:
        message satisfies never;
    }
  }

  private showFile(view: CheckpointView): void {
    this.view = view;
    const { name, path, state, reason, banners, stateDicts, shown } = view;
    write(this.title, name);
    write(this.about, path);
    const failed =
      reason === null ? [] : [{ severity: 'error' as const, code: 'unreadable', message: reason }];
    showBanners(this.banners, [...failed, ...banners]);
    this.waiting.hidden = state !== 'reading';
    write(this.waiting, t('Reading…'));
    this.numbers.replaceChildren(...checkpointNumbers(view));
    this.numbers.hidden = stateDicts.length === 0;
    this.keysPart.hidden = stateDicts.length === 0;
    this.stateDicts.show(stateDicts, shown);
    this.showCompared(view);
    const wanted = stateDicts.findIndex((each) => each.name === this.wantedDict);
    this.wantedDict = undefined;
    if (wanted >= 0 && wanted !== shown) void this.handlers.act({ kind: 'showStateDict', stateDict: wanted });
  }

  private showCompared({ target, stateDicts, shown }: CheckpointView): void {
    const isOptimizer = stateDicts[shown]?.kind === 'optimizer';
    this.keysPart.classList.toggle('is-not-compared', target === null || isOptimizer);
    const choose = button(
      target === null ? t('Compare with a config…') : t('Change…'),
      { class: 'link' },
      () => {
        void this.handlers.act({ kind: 'selectTarget' });
      },
    );
    const said = target === null ? [] : [t('compared with '), h('strong', {}, target), ' '];
    this.compared.replaceChildren(...said, choose);
    this.compared.hidden = isOptimizer;
  }

  private showKeys(rows: readonly KeyRowView[]): void {
    this.rows = rows;
    this.place = undefined;
    this.explained = undefined;
    this.filter.offer(
      rows.filter(isMismatch).length,
      rows.some(({ verdict }) => verdict !== 'not compared'),
    );
    this.tree.fill(rows, this.filter.value);
    this.keep();
  }

  private get isOptimizer(): boolean {
    return this.view?.stateDicts[this.view.shown]?.kind === 'optimizer';
  }

  private select(place: number | undefined): void {
    if (place === this.place) return;
    this.place = place;
    const row = place === undefined ? undefined : this.rows[place];
    if (row === undefined) this.detail.hide();
    else this.detail.expect(row, !this.isOptimizer && row.shape !== null);
    void this.ask();
  }

  private wantValues(isWanted: boolean): void {
    this.keep();
    if (isWanted) void this.askValues();
  }

  /** One request at a time; of the keys that a held arrow key passes meanwhile, only the last. */
  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.place !== undefined && this.place !== this.explained && !this.isOptimizer) {
      const row = this.place;
      await this.handlers.act({ kind: 'explain', row });
      this.explained = row;
    }
    this.isAsking = false;
    if (this.detail.areValuesOpen) await this.askValues();
  }

  private async askValues(): Promise<void> {
    const { place } = this;
    if (place === undefined || this.isOptimizer || this.rows[place]?.shape == null) return;
    const isThere = await this.handlers.act({ kind: 'histogram', row: place });
    if (!isThere && place === this.place) this.detail.missValues();
  }

  private keep(): void {
    if (this.rows.length === 0) return;
    write(this.filter.found, t('{0} of {1} keys', whole(this.tree.shownKeys), whole(this.rows.length)));
    this.handlers.keep({
      ...this.filter.value,
      stateDict: this.view?.stateDicts[this.view.shown]?.name,
      key: this.tree.activeName(),
      open: this.tree.openModules,
      areValuesOpen: this.detail.areValuesOpen,
    });
  }
}
