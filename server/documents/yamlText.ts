/** A YAML text, even a half-typed one, as keys and values with their offsets. */
import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { parseTolerant } from '../../engine/config/yaml/yaml.js';

/** Offsets into the text; the end is exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Entry {
  /** Keys and list indices from the root of the file. */
  readonly path: readonly string[];
  /** Undefined for an item of a list. */
  readonly key: Stretch | undefined;
  /** Undefined where nothing is written after the key. */
  readonly value: (Stretch & { readonly kind: 'scalar' | 'map' | 'list' | 'alias' }) | undefined;
  /** A scalar's value, without quotes; an alias's name. */
  readonly text: string | undefined;
  readonly anchor: string | undefined;
}

/** Larger texts are not configs; the same limit as for reading them. */
const MAX_LENGTH = 1 << 18;
/** Far above real configs. */
const MAX_DEPTH = 64;

export class YamlText {
  /** In the order of the text, containers before what they hold. */
  readonly entries: readonly Entry[];

  constructor(readonly text: string) {
    const entries: Entry[] = [];
    const root = text.length > MAX_LENGTH ? undefined : parseTolerant(text)?.contents;
    if (root) collect(root as Node, [], entries, 0);
    this.entries = entries;
  }

  /** The innermost entry whose key or value holds the offset, and which of the two. */
  at(offset: number): { readonly entry: Entry; readonly part: 'key' | 'value' } | undefined {
    const holds = (stretch: Stretch | undefined) =>
      stretch !== undefined && stretch.start <= offset && offset <= stretch.end;
    const onKey = this.entries.findLast(({ key }) => holds(key));
    const onValue = this.entries.findLast(({ value }) => holds(value));
    if (onKey !== undefined && (onValue === undefined || onValue.path.length < onKey.path.length))
      return { entry: onKey, part: 'key' };
    if (onValue !== undefined && (onValue.value!.kind === 'scalar' || onValue.value!.kind === 'alias'))
      return { entry: onValue, part: 'value' };
    return onKey === undefined ? undefined : { entry: onKey, part: 'key' };
  }

  entry(path: readonly string[]): Entry | undefined {
    return this.entries.find(
      (each) => each.path.length === path.length && each.path.every((step, k) => step === path[k]),
    );
  }

  /** The source between two offsets, quotes included. */
  source({ start, end }: Stretch): string {
    return this.text.slice(start, end);
  }
}

function collect(node: Node, path: readonly string[], entries: Entry[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (isMap(node)) {
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      add(pair.value, [...path, String(pair.key.value)], stretchOf(pair.key), entries, depth);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries())
      add(item as Node | null, [...path, String(index)], undefined, entries, depth);
  }
}

function add(
  value: Node | null,
  path: readonly string[],
  key: Stretch | undefined,
  entries: Entry[],
  depth: number,
): void {
  const kind = value === null ? undefined : kindOf(value);
  const isEmpty = isScalar(value) && value.range?.[0] === value.range?.[1];
  entries.push({
    path,
    key,
    value: value === null || kind === undefined || isEmpty ? undefined : { ...stretchOf(value), kind },
    text: isScalar(value) ? String(value.value ?? '') : isAlias(value) ? value.source : undefined,
    anchor:
      value !== null && 'anchor' in value && typeof value.anchor === 'string' ? value.anchor : undefined,
  });
  if (value !== null) collect(value, path, entries, depth + 1);
}

function kindOf(node: Node): 'scalar' | 'map' | 'list' | 'alias' | undefined {
  if (isScalar(node)) return 'scalar';
  if (isMap(node)) return 'map';
  if (isSeq(node)) return 'list';
  return isAlias(node) ? 'alias' : undefined;
}

function stretchOf(node: Node): Stretch {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}
