/** The form of one field: its old dimensions beside its new ones, each with a name and what it continues. */
import type { DimensionAction, DimensionsView } from '../panels/dimensionMessages.js';
import type { PickName } from '../panels/dimensionPicks.js';
import { button, h, set, write } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

/** The parts of one new dimension that change. */
interface RowParts {
  readonly row: HTMLElement;
  readonly name: HTMLInputElement;
  readonly source: HTMLSelectElement;
  readonly note: HTMLElement;
}

export class FieldForm {
  readonly element = h('details', { class: 'field-form' });
  private readonly state = h('span', { class: 'soft' });
  private readonly tools = h('div', { class: 'buttons tools' });
  private readonly olds: readonly HTMLElement[];
  private readonly rows: readonly RowParts[];
  private readonly problems = h('ul', { class: 'findings', role: 'alert' });

  constructor(
    { field, old, rows }: DimensionsView,
    private readonly act: (action: DimensionAction) => Promise<boolean>,
  ) {
    this.olds = old.map(() => h('li'));
    this.rows = rows.map((_, index) => this.rowParts(field, index, old));
    const size = h('span', { class: 'soft' }, `${old.length} → ${rows.length}`);
    const summary = h('summary', {}, h('code', {}, field), size, this.state);
    const before = h(
      'section',
      {},
      h('h3', {}, t('Old policy')),
      h('ol', { class: 'before', 'aria-label': t('Old dimensions of {0}', field) }, ...this.olds),
    );
    const after = h(
      'section',
      {},
      h('h3', {}, t('New policy')),
      this.newList(field),
      h('p', { class: 'soft' }, t('Neighbours of one name are one part.')),
    );
    const lists = h('div', { class: 'sides' }, before, after);
    this.element.append(summary, this.tools, this.problems, lists);
    this.element.open = field === 'action' && old.length !== rows.length;
  }

  show(view: DimensionsView): void {
    write(this.state, stateText(view));
    this.showTools(view);
    this.showProblems(view);
    const target = new Map(view.rows.map(({ from }, index) => [from, index]));
    for (const [index, item] of this.olds.entries()) {
      const to = target.get(index);
      const name = view.old[index]!;
      write(item, `${labelOf(name, index)} ${to === undefined ? t('dropped') : `→ ${to}`}`);
      set(item, { class: to === undefined ? 'dropped' : undefined });
    }
    for (const [index, parts] of this.rows.entries()) showRow(parts, view, index);
  }

  private newList(field: string): HTMLElement {
    const heads = [t('Index'), t('Name'), t('Continues')].map((text) => h('span', {}, text));
    const head = h('div', { class: 'heads soft', 'aria-hidden': 'true' }, ...heads);
    const list = h(
      'ol',
      { class: 'now', 'aria-label': t('New dimensions of {0}', field) },
      ...this.rows.map(({ row }) => row),
    );
    return h('div', {}, head, list);
  }

  private rowParts(field: string, index: number, old: readonly string[]): RowParts {
    const name = h('input', {
      type: 'text',
      'aria-label': t('Name of new dimension {0}', index),
      placeholder: t('no name'),
      spellcheck: 'false',
    });
    name.addEventListener('change', () => {
      void this.act({ kind: 'nameDimension', field, index, name: name.value });
    });
    const options = old.map((text, at) => h('option', { value: at }, labelOf(text, at)));
    const source = h(
      'select',
      { 'aria-label': t('New dimension {0} continues', index) },
      h('option', { value: NEW }, t('new')),
      ...options,
    );
    source.addEventListener('change', () => {
      const from = source.value === NEW ? null : Number(source.value);
      void this.act({ kind: 'continueFrom', field, index, from });
    });
    const note = h('span', { class: 'soft' });
    const row = h('li', {}, h('span', { class: 'index' }, String(index)), name, source, note);
    return { row, name, source, note };
  }

  /** The usual shapes, what is suggested, and the way back. */
  private showTools({ field, picks, suggestions, isChanged }: DimensionsView): void {
    const key = JSON.stringify([picks, suggestions, isChanged]);
    if (this.tools.dataset['shown'] === key) return;
    this.tools.dataset['shown'] = key;
    const shapes = picks.map((pick) =>
      button(pickName(pick), { class: 'chip' }, () => void this.act({ kind: 'pickShape', field, pick })),
    );
    const suggested = suggestions.map(({ entry, why }) =>
      button(
        t('Suggested: {0}', entry),
        { class: 'chip suggestion', hint: why },
        () => void this.act({ kind: 'useSuggestion', field, entry }),
      ),
    );
    const undo = button(t('Undo changes'), { icon: icon('refresh'), class: 'quiet' }, () => {
      void this.act({ kind: 'undoMap', field });
    });
    undo.disabled = !isChanged;
    set(this.tools, { role: 'group', 'aria-label': t('Usual shapes of {0}', field) });
    this.tools.replaceChildren(...suggested, ...shapes, undo);
  }

  private showProblems({ problems }: DimensionsView): void {
    const key = JSON.stringify(problems);
    if (this.problems.dataset['shown'] === key) return;
    this.problems.dataset['shown'] = key;
    this.problems.replaceChildren(
      ...problems.map((problem) =>
        h('li', { class: 'finding error' }, icon('error'), h('p', {}, problemText(problem))),
      ),
    );
  }
}

const NEW = 'new';

function labelOf(name: string, index: number): string {
  return name === '' ? String(index) : `${index} ${name}`;
}

/** A text that is being typed is left alone. */
function showRow({ row, name, source, note }: RowParts, view: DimensionsView, index: number): void {
  const { name: text, from, suggested } = view.rows[index]!;
  if (document.activeElement !== name || name.dataset['shown'] !== text) name.value = text;
  name.dataset['shown'] = text;
  source.value = from === null ? NEW : String(from);
  const isWrong = view.problems.some((problem) => problem.index === index);
  set(name, { 'aria-invalid': isWrong ? 'true' : undefined });
  write(note, suggested === null ? '' : t('suggested: {0}', labelOf(view.old[suggested]!, suggested)));
  set(row, { class: suggested !== null ? 'suggested' : from === null ? 'new' : undefined });
}

function stateText({ rows, dropped, isChanged }: DimensionsView): string {
  const added = rows.filter(({ from }) => from === null).length;
  const parts = [
    ...(added > 0 ? [t('{0} new', added)] : []),
    ...(dropped.length > 0 ? [t('{0} dropped', dropped.length)] : []),
    ...(rows.some(({ from }, index) => from !== null && from !== index) ? [t('rearranged')] : []),
    ...(isChanged ? [t('changed here')] : []),
  ];
  return parts.length === 0 ? t('all in their places') : parts.join(', ');
}

function pickName(pick: PickName): string {
  return {
    inOrder: t('In their order'),
    appendGripper: t('Append a gripper'),
    twoGrippers: t('Two arms: a gripper for each'),
    swapArms: t('Swap the arms'),
    dropLast: t('Drop the last'),
  }[pick];
}

function problemText({ kind, index, name }: DimensionsView['problems'][number]): string {
  return {
    name: t(
      '{0} (dimension {1}) cannot be a name: leave out spaces, = , : and @; numbers alone and the word new have other meanings',
      name,
      index,
    ),
    apart: t('{0} is also the name of another part: give dimension {1} a name of its own', name, index),
    scattered: t(
      'From dimension {1} on, {0} continues old dimensions that do not follow those before: give this part a name of its own',
      name,
      index,
    ),
  }[kind];
}
