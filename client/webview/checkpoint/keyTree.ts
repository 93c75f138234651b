/** The tree of modules and keys: only the lines in sight are in the page, the keyboard can reach all of them. */
import type { KeyRowView } from '../../editors/checkpointMessages.js';
import { h, set } from '../dom.js';
import { Sight } from '../sight.js';
import { t } from '../words.js';
import { lineElement } from './keyLine.js';
import { isMismatch, type ModuleNode, moduleTree, type TreeFilter } from './moduleTree.js';
import { type Move, moveFor, openAtFirst, type TreeLine, treeLines, typedAhead } from './treeLines.js';

interface TreeHandlers {
  /** The line of a key is the active one; undefined for a module's. */
  readonly select: (place: number | undefined) => void;
  readonly changed: () => void;
}

/** Milliseconds between two letters of one name. */
const TYPING = 700;
/** Open modules that are remembered; more are opened by a filter, not by hand. */
const MAX_OPEN = 500;

export class KeyTree {
  readonly element: HTMLElement;
  private readonly sight: Sight<TreeLine>;
  private rows: readonly KeyRowView[] = [];
  private root: ModuleNode = moduleTree([], { text: '', isMismatchOnly: false });
  private lines: readonly TreeLine[] = [];
  private isFiltered = false;
  /** By path. While a filter is set, what it leaves is open but for what was closed since. */
  private open: Set<string> | undefined;
  private closed = new Set<string>();
  private active = 0;
  private typed = { text: '', at: 0 };

  constructor(
    private readonly handlers: TreeHandlers,
    open: readonly string[] | undefined,
    /** The name of the key that was active. */
    private wanted: string | undefined,
  ) {
    this.open = open === undefined ? undefined : new Set(open);
    this.sight = new Sight<TreeLine>({
      attributes: { role: 'tree', 'aria-label': t('Keys by module') },
      empty: t('No keys match.'),
      row: (line, index) => lineElement(line, index, { rows: this.rows, isActive: index === this.active }),
    });
    const heading = [t('Key'), t('Shape'), t('Type'), t('Parameters'), t('In the policy of the config')];
    this.element = h(
      'div',
      { class: 'virtual key-tree' },
      h('div', { class: 'row head', 'aria-hidden': 'true' }, ...heading.map((text) => h('span', {}, text))),
      this.sight.element,
    );
    this.sight.element.addEventListener('keydown', (event) => this.key(event));
    this.sight.element.addEventListener('click', (event) => this.click(event));
  }

  /** Shows other keys; what was open and active stays so where it still exists. */
  fill(rows: readonly KeyRowView[], filter: TreeFilter): void {
    this.wanted ??= this.activeName();
    this.rows = rows;
    this.filter(filter);
  }

  filter(filter: TreeFilter): void {
    const name = this.wanted ?? this.activeName();
    this.root = moduleTree(this.rows, filter);
    this.isFiltered = filter.text.trim() !== '' || filter.isMismatchOnly;
    this.closed = new Set();
    if (this.rows.length > 0) this.open ??= openAtFirst(this.root);
    this.unfold();
    // A module's line has no name.
    const found = name === undefined ? -1 : this.lines.findIndex((line) => this.nameOf(line) === name);
    if (found >= 0) this.wanted = undefined;
    this.moveTo(found >= 0 ? found : this.firstOfInterest());
  }

  get shownKeys(): number {
    return this.root.keys;
  }

  get openModules(): readonly string[] | undefined {
    return this.open && [...this.open].slice(0, MAX_OPEN);
  }

  /** The name of the key on the active line. */
  activeName(): string | undefined {
    const line = this.lines[this.active];
    return line && this.nameOf(line);
  }

  /** The initial position: at what does not fit. */
  private firstOfInterest(): number {
    const found = this.lines.findIndex(
      ({ node }) => node.kind === 'key' && isMismatch(this.rows[node.place]!),
    );
    return Math.max(0, found);
  }

  private nameOf({ node }: TreeLine): string | undefined {
    return node.kind === 'key' ? this.rows[node.place]?.name : undefined;
  }

  private unfold(): void {
    const { open, closed, isFiltered } = this;
    this.lines = treeLines(this.root, ({ path }) =>
      isFiltered ? !closed.has(path) : open?.has(path) === true,
    );
    this.sight.show(this.lines);
  }

  private moveTo(index: number): void {
    this.active = Math.min(index, Math.max(0, this.lines.length - 1));
    const line = this.lines[this.active];
    set(this.sight.element, {
      'aria-activedescendant': line === undefined ? undefined : `line-${this.active}`,
    });
    this.sight.reveal(this.active);
    this.handlers.select(line?.node.kind === 'key' ? line.node.place : undefined);
    this.handlers.changed();
  }

  private move(move: Move): void {
    if (move.kind !== 'to') this.toggle(move.line, move.kind === 'open');
    this.moveTo(move.line);
  }

  private toggle(index: number, isOpen: boolean): void {
    const node = this.lines[index]?.node;
    if (node?.kind !== 'module') return;
    if (this.isFiltered) toggled(this.closed, node.path, !isOpen);
    else {
      this.open ??= new Set();
      toggled(this.open, node.path, isOpen);
    }
    this.unfold();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { lines, active } = this;
    const move = moveFor(event.key, { lines, active, page: this.sight.rowsInSight });
    if (move !== undefined) {
      event.preventDefault();
      this.move(move);
    } else if (/^\S$/u.test(event.key)) this.typeAhead(event.key);
  }

  private typeAhead(letter: string): void {
    const now = performance.now();
    const text = now - this.typed.at < TYPING ? this.typed.text + letter : letter;
    this.typed = { text, at: now };
    const found = typedAhead(this.lines, this.active, text);
    if (found !== undefined) this.moveTo(found);
  }

  private click({ target }: MouseEvent): void {
    const place =
      target instanceof Element ? target.closest('[role=treeitem]')?.getAttribute('data-line') : null;
    if (place == null) return;
    const index = Number(place);
    const line = this.lines[index];
    if (line?.node.kind === 'module') this.toggle(index, !line.isOpen);
    this.moveTo(index);
  }
}

function toggled(paths: Set<string>, path: string, isIn: boolean): void {
  if (isIn) paths.add(path);
  else paths.delete(path);
}
