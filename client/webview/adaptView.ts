/** What happens to each key, shown before anything is written, and the button that writes. */
import type { AdaptAction, AdaptationView, AdaptToPage } from '../panels/panelMessages.js';
import { showBanners } from './banners.js';
import { DimensionsPart } from './dimensionsPart.js';
import { button, h, set, write } from './dom.js';
import { icon } from './icons.js';
import { busyWhile, type Page } from './page.js';
import { PlanTable } from './planTable.js';
import { t } from './words.js';

type Told = Exclude<AdaptToPage, { type: 'hello' | 'settled' }>;

interface AdaptHandlers {
  /** The filter that was set when the page was last shown. */
  readonly kept: unknown;
  readonly keep: (kept: unknown) => void;
  readonly act: (action: AdaptAction) => Promise<boolean>;
}

export class AdaptView {
  private readonly title = h('h1');
  private readonly about = h('p', { class: 'about' });
  private readonly facts = h('p', { class: 'soft optimizer' });
  private readonly banners = h('div', { class: 'banners' });
  private readonly losses = h('section', { class: 'losses', hidden: true });
  private readonly dimensions: DimensionsPart;
  private readonly accept = h('input', { type: 'checkbox', id: 'accept' });
  private readonly acceptLine: HTMLElement;
  private readonly actions = h('div', { class: 'buttons' });
  private readonly table: PlanTable;
  private shown: AdaptationView | undefined;

  constructor(
    private readonly page: Page,
    private readonly handlers: AdaptHandlers,
  ) {
    const { title, about, facts, banners, losses, accept, actions } = this;
    const label = h('span', {}, t('Write without the lost parts'));
    this.acceptLine = h('label', { class: 'accept', for: 'accept', hidden: true }, accept, label);
    this.dimensions = new DimensionsPart(handlers.act);
    this.table = new PlanTable(handlers.kept, handlers.keep);
    accept.addEventListener('change', () => this.showActions());
    const head = h('header', {}, h('div', { class: 'titles' }, title, about, facts));
    const bottom = h('footer', { class: 'bottom' }, this.acceptLine, actions);
    page.mount(head, banners, this.dimensions.element, losses, this.table.element, bottom);
  }

  tell(message: Told): void {
    if (message.type === 'planRows') this.table.fill(message.rows);
    else this.show(message.adaptation);
  }

  private show(adaptation: AdaptationView): void {
    const before = this.shown;
    this.shown = adaptation;
    const { oldActionDim, newActionDim, strategy, weights, source, output, optimizer } = adaptation;
    write(this.title, t('Adapt {0}-D → {1}-D', oldActionDim, newActionDim));
    write(this.about, output === null ? source : `${source} → ${output}`);
    write(this.facts, t('By {0}, from the {1} weights. Optimizer: {2}', strategy, weights, optimizer));
    showBanners(this.banners, bannersOf(adaptation));
    const { state, dimensions } = adaptation;
    this.dimensions.show(dimensions, state !== 'writing' && state !== 'written');
    this.showLosses(adaptation);
    const decides = ({ state, losses, outdated, isMapPlanned }: AdaptationView) =>
      JSON.stringify([state, lossesKey(losses), outdated, isMapPlanned]);
    if (before === undefined || decides(before) !== decides(adaptation)) this.showActions();
    this.page.say(stateText(adaptation));
  }

  /** What is lost comes before the table. */
  private showLosses({ losses: lost }: AdaptationView): void {
    this.losses.hidden = lost.length === 0;
    const key = lossesKey(lost);
    if (this.losses.dataset['shown'] === key) return;
    this.losses.dataset['shown'] = key;
    this.accept.checked = false; // another plan loses something else
    const head =
      lost.length === 1
        ? t('One part of the old policy is lost')
        : t('{0} parts of the old policy are lost', lost.length);
    const items = lost
      .slice(0, MAX_LOSSES)
      .map(({ key, what }) =>
        h('li', { class: 'finding error' }, icon('error'), h('p', {}, h('code', {}, key), ` ${what}`)),
      );
    const more = lost.length - items.length;
    this.losses.replaceChildren(
      h('h2', {}, head),
      h('ul', { class: 'findings' }, ...items),
      more > 0 ? h('p', { class: 'soft' }, t('and {0} more: see the rows marked dropped', more)) : '',
    );
  }

  private showActions(): void {
    const { state, losses: lost, outdated, isMapPlanned } = this.shown!;
    const canWrite = state === 'planned' || state === 'failed' || state === 'cancelled';
    this.acceptLine.hidden = !canWrite || lost.length === 0 || outdated !== null;
    const writeIt = this.button(t('Write…'), 'write', '', () => ({
      kind: 'write',
      acceptLosses: this.accept.checked,
    }));
    const why =
      outdated !== null
        ? t('Plan again first: the inputs of this plan have changed')
        : !isMapPlanned
          ? t('The plan does not follow the dimensions above yet')
          : lost.length > 0 && !this.accept.checked
            ? t('Tick the box first: parts of the old policy are lost')
            : undefined;
    writeIt.disabled = why !== undefined;
    set(writeIt, { title: why });
    const again = this.button(t('Plan again'), 'refresh', '', () => ({ kind: 'planAgain' }));
    const cancel = this.button(t('Cancel'), 'close', 'second', () => ({ kind: 'cancel' }));
    const buttons = {
      planning: [],
      writing: [this.button(t('Cancel'), 'stopped', 'second', () => ({ kind: 'cancel' }))],
      written: [this.button(t('Show the checkpoint'), 'folder', '', () => ({ kind: 'openResult' }))],
    };
    const plan = outdated === null ? [writeIt, cancel] : [again, writeIt, cancel];
    const copy = this.button(t('Copy command'), 'copy', 'quiet', () => ({ kind: 'copyCommand' }));
    const status = h('span', { class: 'soft status' }, stateText(this.shown!));
    const chosen = canWrite ? plan : buttons[state];
    this.actions.replaceChildren(...chosen, copy, status);
  }

  private button(
    label: string,
    sign: 'write' | 'close' | 'copy' | 'folder' | 'stopped' | 'refresh',
    look: string,
    asked: () => AdaptAction,
  ) {
    const made = button(label, { icon: icon(sign), class: look }, () =>
      busyWhile(made, this.handlers.act(asked())),
    );
    return made;
  }
}

/** The table below names every dropped key. */
const MAX_LOSSES = 6;

function lossesKey(lost: AdaptationView['losses']): string {
  return JSON.stringify([lost.length, lost.slice(0, MAX_LOSSES)]);
}

function bannersOf({ warnings, reason, state, output, outdated }: AdaptationView) {
  const failed = reason === null ? [] : [{ severity: 'error', code: 'failed', message: reason } as const];
  const done =
    state === 'written'
      ? [
          {
            severity: 'info',
            code: 'written',
            message: t('Wrote {0}. Fine-tuning can start from it.', output ?? ''),
          } as const,
        ]
      : [];
  const changed =
    outdated === null || state === 'written'
      ? []
      : [
          {
            severity: 'warning',
            code: 'outdated',
            message: t('{0} has changed since this was planned. Plan again before writing.', outdated),
          } as const,
        ];
  return [
    ...failed,
    ...changed,
    ...done,
    ...warnings.map((message) => ({ severity: 'warning', code: 'plan', message }) as const),
  ];
}

function stateText({ state, output }: AdaptationView): string {
  return {
    planned: t('Nothing has been written yet.'),
    planning: t('Planning again'),
    writing: t('Writing {0}', output ?? ''),
    written: t('Wrote {0}', output ?? ''),
    failed: t('Nothing was written.'),
    cancelled: t('Cancelled; nothing was written.'),
  }[state];
}
