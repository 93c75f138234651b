/** The plan as a table that is filtered by text and fate; only the visible rows are in the page. */
import { FATES, type Fate, type PlanRow } from '../panels/panelMessages.js';
import { button, h, set, write } from './dom.js';
import { whole } from './format.js';
import { type IconName, icon } from './icons.js';
import { VirtualRows } from './virtualRows.js';
import { t } from './words.js';

interface Kept {
  readonly text: string;
  readonly fates: readonly Fate[];
}

const ICONS: Readonly<Record<Fate, IconName>> = {
  dropped: 'failed',
  widened: 'widened',
  initialised: 'initialised',
  copied: 'copied',
};
/** Words for rows behind one another: what needs a look first. */
const RANK: Readonly<Record<Fate, number>> = { dropped: 0, widened: 1, initialised: 2, copied: 3 };

export class PlanTable {
  readonly element: HTMLElement;
  private readonly search: HTMLInputElement;
  private readonly chips = h('div', {
    class: 'chips',
    role: 'group',
    'aria-label': t('Fates shown'),
  });
  private readonly found = h('p', { class: 'soft found', role: 'status', 'aria-live': 'polite' });
  private readonly rows: VirtualRows<PlanRow>;
  private all: readonly PlanRow[] = [];
  /** Empty shows all. */
  private readonly fates: Set<Fate>;

  constructor(
    kept: unknown,
    private readonly keep: (kept: Kept) => void,
  ) {
    const { text, fates } = keptFilter(kept);
    this.fates = new Set(fates);
    this.search = h('input', {
      type: 'search',
      placeholder: t('Filter keys'),
      'aria-label': t('Filter keys'),
      spellcheck: 'false',
    });
    this.search.value = text;
    this.search.addEventListener('input', () => this.filter());
    const columns = [t('Fate'), t('Key'), t('Shape'), t('How')];
    this.rows = new VirtualRows({
      label: t('Keys of the policy'),
      columns,
      cells,
      className: (row) => `row fate-${row.fate}`,
    });
    this.element = h(
      'section',
      { class: 'plan' },
      h('div', { class: 'filters' }, this.search, this.chips, this.found),
      this.rows.element,
    );
  }

  fill(rows: readonly PlanRow[]): void {
    this.all = rows
      .map((row, i) => [row, i] as const)
      .sort(([a, i], [b, j]) => RANK[a.fate] - RANK[b.fate] || i - j)
      .map(([row]) => row);
    this.showChips();
    this.filter();
  }

  private showChips(): void {
    const counts = new Map<Fate, number>();
    for (const { fate } of this.all) counts.set(fate, (counts.get(fate) ?? 0) + 1);
    const chips = FATES.map((fate) => {
      const label = `${fateName(fate)} ${whole(counts.get(fate) ?? 0)}`;
      const chip = button(label, { icon: icon(ICONS[fate]), class: `chip fate-${fate}` }, () => {
        if (!this.fates.delete(fate)) this.fates.add(fate);
        set(chip, { 'aria-pressed': String(this.fates.has(fate)) });
        this.filter();
      });
      set(chip, { 'aria-pressed': String(this.fates.has(fate)) });
      return chip;
    });
    this.chips.replaceChildren(...chips);
  }

  private filter(): void {
    const words = this.search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const shown = this.all.filter(
      ({ key, fate, detail }) =>
        (this.fates.size === 0 || this.fates.has(fate)) &&
        words.every((word) => key.toLowerCase().includes(word) || detail.toLowerCase().includes(word)),
    );
    this.rows.show(shown);
    write(this.found, t('{0} of {1} keys', whole(shown.length), whole(this.all.length)));
    this.keep({ text: this.search.value, fates: [...this.fates] });
  }
}

function cells({ key, fate, from, to, detail }: PlanRow): HTMLElement[] {
  const shape = [from, to].map((sizes) => (sizes === null ? undefined : `[${sizes.join(', ')}]`));
  const isSame = shape[0] === shape[1];
  const text = isSame ? (shape[0] ?? '') : [shape[0] ?? t('none'), shape[1] ?? t('none')].join(' → ');
  return [
    h('span', { class: 'fate' }, icon(ICONS[fate]), h('span', {}, fateName(fate))),
    h('code', { title: key }, key),
    h('span', { class: 'shape' }, text),
    h('span', { class: 'how soft', title: detail }, detail),
  ];
}

function fateName(fate: Fate): string {
  return {
    dropped: t('dropped'),
    widened: t('widened'),
    initialised: t('initialised'),
    copied: t('copied'),
  }[fate];
}

function keptFilter(value: unknown): Kept {
  const { text, fates } = (value ?? {}) as { text?: unknown; fates?: unknown };
  const known = Array.isArray(fates) ? FATES.filter((fate) => fates.includes(fate)) : [];
  return { text: typeof text === 'string' ? text : '', fates: known };
}
