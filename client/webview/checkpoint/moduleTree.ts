/** Keys as a tree of modules with sums, in the order of the file. No page in here. */
import type { KeyRowView } from '../../editors/checkpointMessages.js';

export interface ModuleNode {
  readonly kind: 'module';
  /** Dotted, from the root. */
  readonly path: string;
  /** Several names where a module holds nothing but another one. */
  readonly label: string;
  readonly children: readonly TreeNode[];
  readonly keys: number;
  /** Numbers in its tensors; what shares a tensor counts once. */
  readonly values: number;
  /** Keys that do not match the target's policy. */
  readonly mismatches: number;
}

interface KeyNode {
  readonly kind: 'key';
  /** Its place in the list of keys. */
  readonly place: number;
  /** The rest of its name below the module. */
  readonly label: string;
}

export type TreeNode = ModuleNode | KeyNode;

export interface TreeFilter {
  readonly text: string;
  readonly isMismatchOnly: boolean;
}

/** Policies have up to ten; stops a name that is all dots. */
const MAX_DEPTH = 24;

interface Builder {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly byName: Map<string, Builder>;
  /** Modules, and places of keys. */
  readonly children: (Builder | number)[];
}

/** The root, which holds only what passes the filter. */
export function moduleTree(rows: readonly KeyRowView[], filter: TreeFilter): ModuleNode {
  const root: Builder = { path: '', name: '', depth: 0, byName: new Map(), children: [] };
  const passes = filterOf(filter);
  for (const [place, row] of rows.entries()) {
    if (!passes(row)) continue;
    let module = root;
    for (const name of row.name.split('.').slice(0, -1).slice(0, MAX_DEPTH)) module = inner(module, name);
    module.children.push(place);
  }
  return summed(root, '', rows);
}

export function isMismatch({ verdict }: KeyRowView): boolean {
  return verdict !== 'same' && verdict !== 'not compared';
}

/** Numbers in the key's own tensor; none where it is another key's. */
export function valuesOf({ shape, alias }: KeyRowView): number {
  return shape === null || alias !== null ? 0 : shape.reduce((product, size) => product * size, 1);
}

function filterOf({ text, isMismatchOnly }: TreeFilter): (row: KeyRowView) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (row) => {
    if (isMismatchOnly && !isMismatch(row)) return false;
    const name = row.name.toLowerCase();
    return words.every((word) => name.includes(word));
  };
}

function inner(parent: Builder, name: string): Builder {
  const known = parent.byName.get(name);
  if (known !== undefined) return known;
  const path = parent.depth === 0 ? name : `${parent.path}.${name}`;
  const made: Builder = { path, name, depth: parent.depth + 1, byName: new Map(), children: [] };
  parent.byName.set(name, made);
  parent.children.push(made);
  return made;
}

function summed(builder: Builder, label: string, rows: readonly KeyRowView[]): ModuleNode {
  const children = builder.children.map((child) => finished(child, builder.depth, rows));
  const sum = (of: (node: TreeNode) => number) => children.reduce((total, node) => total + of(node), 0);
  return {
    kind: 'module',
    path: builder.path,
    label,
    children,
    keys: sum((node) => (node.kind === 'key' ? 1 : node.keys)),
    values: sum((node) => (node.kind === 'key' ? valuesOf(rows[node.place]!) : node.values)),
    mismatches: sum((node) =>
      node.kind === 'key' ? Number(isMismatch(rows[node.place]!)) : node.mismatches,
    ),
  };
}

/** A module with a single child is shown on that child's line. */
function finished(child: Builder | number, depth: number, rows: readonly KeyRowView[]): TreeNode {
  if (typeof child === 'number')
    return { kind: 'key', place: child, label: rows[child]!.name.split('.').slice(depth).join('.') };
  const [only, ...others] = child.children;
  if (others.length === 0 && only !== undefined) return finished(only, depth, rows);
  return summed(child, child.path.split('.').slice(depth).join('.'), rows);
}
