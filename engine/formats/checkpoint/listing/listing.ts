/** A checkpoint as text: one key per line, by module, with the position of everything that can be looked up. */
import { basename } from 'node:path';
import { counted, countText } from '../../../base/counted.js';
import type { PlainMap } from '../../../base/plain.js';
import { shownLine, shownName } from '../../../base/shown.js';
import { namesInShort } from '../../pickle/globals.js';
import { type CheckpointFacts, checkpointFacts, contentText, shortValue, valuesIn } from '../summary.js';
import type { CheckpointIndex, OptimizerInfo, TensorInfo } from '../types.js';
import { moduleGroups } from './modules.js';
import { StorageOwners } from './storages.js';

/** Columns (UTF-16 units) of one line. Lines and columns count from 1; the end is exclusive. */
export interface ListingRange {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** One key's line. */
export interface ListedKey {
  readonly stateDict: string;
  readonly tensor: TensorInfo;
  readonly key: ListingRange;
  readonly shape: ListingRange;
  readonly dtype: ListingRange;
  /** Where the line names the tensor whose storage this one shares. */
  readonly shared?: ListingRange;
}

/** What folds, and what an outline shows. Lines count from 1, both are part of it. */
export interface ListingSection {
  readonly kind: 'header' | 'state dict' | 'module' | 'optimizer' | 'pickles';
  readonly title: string;
  readonly detail: string;
  readonly line: number;
  readonly endLine: number;
  readonly children: readonly ListingSection[];
}

export interface CheckpointListing {
  readonly text: string;
  readonly sections: readonly ListingSection[];
  /** By line, in their order. */
  readonly keys: ReadonlyMap<number, ListedKey>;
}

/** Keys of all state dicts together, far above any policy: a text of about 2 MB. */
const MAX_LISTED = 20_000;

/** Reads nothing but `index`. Names in it are shown escaped, each on one line. */
export function checkpointListing(index: CheckpointIndex, facts: CheckpointFacts = {}): CheckpointListing {
  const page = new Page(index);
  page.header(index, facts);
  for (const [name, tensors] of Object.entries(index.stateDicts)) page.stateDict(name, tensors);
  if (index.optimizer !== undefined) page.optimizer(index.optimizer);
  if (Object.keys(index.pickles).length > 0) page.pickles(index.pickles);
  return page.listing();
}

/** The line of a key, for a jump to it. */
export function listedKey(
  { keys }: CheckpointListing,
  key: string,
  stateDict?: string,
): ListedKey | undefined {
  for (const listed of keys.values()) {
    if (listed.tensor.key === key && (stateDict === undefined || listed.stateDict === stateDict))
      return listed;
  }
  return undefined;
}

const KEY_COLUMN = 4;
/** A longer one pushes only its own columns to the right. */
const MAX_KEY_WIDTH = 90;
const MAX_SHAPE_WIDTH = 24;
/** Lengths that are spelled out: a convolution has four. */
const MAX_RANK = 10;
/** Names of unexpected code that the header spells out. */
const MAX_GLOBALS = 5;

/** Collects lines; a section is closed with the line that is the last one then. */
class Page {
  private readonly lines: string[] = [];
  private readonly sections: ListingSection[] = [];
  /** Where the sections that are still open collect theirs, the innermost last. */
  private readonly open: ListingSection[][] = [this.sections];
  private readonly keys = new Map<number, ListedKey>();
  private readonly storages = new StorageOwners();
  private readonly keyWidth: number;
  private readonly shapeWidth: number;

  constructor(index: CheckpointIndex) {
    const all = Object.values(index.stateDicts).flat().slice(0, MAX_LISTED);
    this.keyWidth = widest(all, ({ key }) => shownName(key), MAX_KEY_WIDTH);
    this.shapeWidth = widest(all, ({ shape }) => shapeText(shape), MAX_SHAPE_WIDTH);
  }

  header(index: CheckpointIndex, known: CheckpointFacts): void {
    const title = shownLine(basename(index.path));
    this.section({ kind: 'header', title, detail: '' }, `# ${title}`, () => {
      const facts = checkpointFacts(index, known);
      const width = widest(facts, ([name]) => shownName(name), MAX_SHAPE_WIDTH);
      for (const [name, text] of facts)
        this.lines.push(`#   ${shownName(name).padEnd(width)}  ${shownLine(text)}`);
      this.unexpected(index);
    });
  }

  stateDict(name: string, tensors: readonly TensorInfo[]): void {
    const detail = `${counted(tensors.length, 'key')}, ${contentText(tensors)}`;
    this.part({ kind: 'state dict', title: shownName(name), detail }, () => {
      const listed = tensors.slice(0, MAX_LISTED - this.keys.size);
      for (const { module, from, to } of moduleGroups(listed.map(({ key }) => key))) {
        const group = listed.slice(from, to);
        if (module === '' && from === 0) this.tensors(name, group);
        else this.module(name, module, group);
      }
      const left = tensors.length - listed.length;
      if (left > 0) this.lines.push(`  # … and ${countText(left)} more keys, too many to list`);
    });
  }

  optimizer({ paramGroups, state }: OptimizerInfo): void {
    const moments = [...state.values()].map(({ expAvg }) => expAvg);
    const detail = `${counted(paramGroups.length, 'group')}, moments of ${counted(state.size, 'parameter')}, ${counted(valuesIn(moments), 'value')} each`;
    this.part({ kind: 'optimizer', title: 'optimizer', detail }, () => {
      for (const [position, group] of paramGroups.slice(0, MAX_LISTED).entries())
        this.lines.push(`  group ${position}  ${shownLine(groupText(group))}`);
      const steps = [...new Set([...state.values()].map(({ step }) => step))];
      if (steps.length > 0)
        this.lines.push(`  states   exp_avg and exp_avg_sq of each, step ${shownLine(steps.join(', '))}`);
    });
  }

  pickles(pickles: PlainMap): void {
    const entries = Object.entries(pickles);
    const width = widest(entries, ([name]) => shownName(name), MAX_SHAPE_WIDTH);
    this.part({ kind: 'pickles', title: 'pickles', detail: counted(entries.length, 'value') }, () => {
      for (const [name, value] of entries)
        this.lines.push(`  ${shownName(name).padEnd(width)}  ${shownLine(shortValue(value))}`);
    });
  }

  listing(): CheckpointListing {
    return { text: `${this.lines.join('\n')}\n`, sections: this.sections, keys: this.keys };
  }

  private module(stateDict: string, module: string, tensors: readonly TensorInfo[]): void {
    const title = module === '' ? '(no module)' : shownName(module);
    const detail = counted(tensors.length, 'key');
    this.section({ kind: 'module', title, detail }, `  ${title}.*  ${detail}`, () =>
      this.tensors(stateDict, tensors),
    );
  }

  private tensors(stateDict: string, tensors: readonly TensorInfo[]): void {
    for (const tensor of tensors) this.tensor(stateDict, tensor);
  }

  private tensor(stateDict: string, tensor: TensorInfo): void {
    const line = new Line(this.lines.length + 1, ' '.repeat(KEY_COLUMN));
    const key = line.word(shownName(tensor.key), this.keyWidth);
    const shape = line.word(shapeText(tensor.shape), this.shapeWidth);
    const dtype = line.word(tensor.dtype, 0);
    const other = this.storages.sharedWith(stateDict, tensor);
    const shared = other === undefined ? undefined : line.word(other, 0);
    this.keys.set(line.number, { stateDict, tensor, key, shape, dtype, ...(shared && { shared }) });
    this.lines.push(line.text.trimEnd());
  }

  private unexpected({ unexpectedGlobals: names, unexpectedCounts }: CheckpointIndex): void {
    if (names.length === 0) return;
    const shown = namesInShort(names, unexpectedCounts?.all ?? names.length, MAX_GLOBALS, shownName);
    this.lines.push(
      `#   warning: names ${shown}, which a checkpoint never needs; loading it in Python may run code (nothing was run here)`,
    );
  }

  /** A section at the left margin, after an empty line. */
  private part(section: Named, body: () => void): void {
    this.lines.push('');
    this.section(section, `${section.title}:  ${section.detail}`, body);
  }

  private section(section: Named, heading: string, body: () => void): void {
    this.lines.push(heading);
    const line = this.lines.length;
    const children: ListingSection[] = [];
    this.open.push(children);
    body();
    this.open.pop();
    this.open.at(-1)!.push({ ...section, line, endLine: this.lines.length, children });
  }
}

type Named = Pick<ListingSection, 'kind' | 'title' | 'detail'>;

/** A line while its columns are filled. */
class Line {
  constructor(
    readonly number: number,
    public text: string,
  ) {}

  word(word: string, width: number): ListingRange {
    const column = this.text.length + 1;
    this.text += `${word.padEnd(width)}  `;
    return { line: this.number, column, endColumn: column + word.length };
  }
}

function groupText(group: PlainMap): string {
  const { params } = group;
  const count = Array.isArray(params) ? params.length : 0;
  const settings = ['lr', 'betas', 'weight_decay'].flatMap((name) =>
    group[name] === undefined ? [] : [`${name} ${shortValue(group[name])}`],
  );
  return [counted(count, 'parameter'), ...settings].join(', ');
}

function shapeText(shape: readonly number[]): string {
  const shown: readonly (number | string)[] =
    shape.length > MAX_RANK ? [...shape.slice(0, MAX_RANK), '…'] : shape;
  return `[${shown.join(', ')}]`;
}

function widest<T>(items: readonly T[], textOf: (item: T) => string, most: number): number {
  return items.reduce((width, item) => {
    const { length } = textOf(item);
    return length > width && length <= most ? length : width;
  }, 0);
}
