/** What the chosen key is: its meaning, what sets each dimension, how it compares with the config, and its values. */
import type { HistogramView, KeyDetailView, KeyRowView } from '../../editors/checkpointMessages.js';
import { button, h, write } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words.js';
import { histogramFigure } from './histogram.js';
import { shapeText, verdictSign, verdictText } from './keyLine.js';

interface DetailHandlers {
  readonly openPlace: (dimension: number, source: number) => void;
  readonly copyFix: () => void;
  /** Whether the values of the shown key are requested. */
  readonly wantValues: (isWanted: boolean) => void;
}

export class KeyDetail {
  readonly element: HTMLElement;
  private readonly name = h('h2', { 'aria-live': 'polite' });
  private readonly tensor = h('p', { class: 'soft tensor' });
  private readonly body = h('div', { class: 'explained' });
  private readonly values: HTMLDetailsElement;
  private readonly figure = h('div', { class: 'figures' });

  constructor(
    private readonly handlers: DetailHandlers,
    areValuesOpen: boolean,
  ) {
    this.values = h('details', { class: 'distribution' }, h('summary', {}, t('Values')), this.figure);
    this.values.open = areValuesOpen;
    this.values.addEventListener('toggle', () => handlers.wantValues(this.values.open));
    this.element = h(
      'aside',
      { class: 'detail', 'aria-label': t('Chosen key') },
      this.name,
      this.tensor,
      this.body,
      this.values,
    );
    this.element.hidden = true;
  }

  get areValuesOpen(): boolean {
    return this.values.open;
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** What the list shows about it; the explanation comes later. */
  expect(row: KeyRowView, hasValues: boolean): void {
    this.element.hidden = false;
    write(this.name, row.name);
    const shared = row.alias === null ? undefined : t('the same tensor as {0}', row.alias);
    const tensor = row.shape === null ? t('not in the file') : `${shapeText(row.shape)} ${row.dtype ?? ''}`;
    write(this.tensor, [tensor, shared].filter((part) => part !== undefined).join(' · '));
    this.body.replaceChildren();
    this.values.hidden = !hasValues;
    this.figure.replaceChildren(h('p', { class: 'soft' }, t('Reading…')));
  }

  explain(row: KeyRowView, detail: KeyDetailView): void {
    const { meaning, aliases, dimensions, verdict, why, fate, fix } = detail;
    const text = verdictText(row);
    const judged = h(
      'p',
      { class: `verdict verdict-${verdict.replaceAll(' ', '-')}` },
      verdictSign(verdict),
      h('strong', {}, text === '' ? t('not compared') : text),
    );
    this.body.replaceChildren(
      h('p', { class: 'meaning' }, meaning),
      ...(aliases.length < 2 ? [] : [h('p', { class: 'soft' }, t('Also named {0}', aliases.join(', ')))]),
      ...(dimensions.length === 0 ? [] : [this.dimensions(dimensions)]),
      judged,
      h('p', { class: 'soft' }, why),
      ...(fate === null ? [] : [pair(t('An adaptation'), fate)]),
      ...(fix === null ? [] : [this.fix(fix)]),
    );
  }

  showValues(histogram: HistogramView): void {
    this.figure.replaceChildren(histogramFigure(histogram));
  }

  /** They cannot be read; the reason is shown above. */
  missValues(): void {
    this.figure.replaceChildren(h('p', { class: 'soft' }, t('The values could not be read.')));
  }

  private dimensions(dimensions: KeyDetailView['dimensions']): HTMLElement {
    const rows = dimensions.map(({ size, meaning, setBy }, axis) =>
      h(
        'li',
        {},
        h('span', { class: 'number' }, String(size)),
        h('span', {}, meaning, ...setBy.flatMap((source, i) => this.source(source, axis, i))),
      ),
    );
    return h('ol', { class: 'dimensions', 'aria-label': t('Dimensions that the config expects') }, ...rows);
  }

  private source(
    { path, canOpen }: KeyDetailView['dimensions'][number]['setBy'][number],
    axis: number,
    place: number,
  ): (Node | string)[] {
    const name = h('code', {}, path);
    if (!canOpen) return [' ← ', name];
    const link = button('', { class: 'link', hint: t('Open where it is written') }, () =>
      this.handlers.openPlace(axis, place),
    );
    link.replaceChildren(name);
    return [' ← ', link];
  }

  private fix(text: string): HTMLElement {
    const copy = button(t('Copy'), { icon: icon('copy'), class: 'quiet' }, this.handlers.copyFix);
    return h('div', { class: 'fix' }, h('code', {}, text), copy);
  }
}

function pair(name: string, value: string): HTMLElement {
  return h('dl', { class: 'pair' }, h('dt', {}, name), h('dd', {}, value));
}
