/** The lines of a tree that are open, and where the keys of the keyboard lead among them. No page in here. */
import type { ModuleNode, TreeNode } from './moduleTree.js';

export interface TreeLine {
  readonly node: TreeNode;
  /** Counted from 1. */
  readonly level: number;
  /** Among its module's children, counted from 1. */
  readonly position: number;
  readonly siblings: number;
  /** The line of its module. */
  readonly parent: number | undefined;
  readonly isOpen: boolean;
}

export function treeLines(root: ModuleNode, isOpen: (module: ModuleNode) => boolean): TreeLine[] {
  const lines: TreeLine[] = [];
  const add = ({ children }: ModuleNode, level: number, parent: number | undefined): void => {
    for (const [i, node] of children.entries()) {
      const open = node.kind === 'module' && isOpen(node);
      lines.push({ node, level, position: i + 1, siblings: children.length, parent, isOpen: open });
      if (open) add(node, level + 1, lines.length - 1);
    }
  };
  add(root, 1, undefined);
  return lines;
}

/** Modules that are open at first: those that lead to the keys that need a look, as far as these are few, else the outermost. */
export function openAtFirst(root: ModuleNode): Set<string> {
  const open = new Set<string>();
  const isFew = root.mismatches > 0 && root.mismatches <= FEW;
  const walk = ({ children }: ModuleNode, depth: number): void => {
    for (const node of children) {
      if (node.kind === 'key') continue;
      if (isFew ? node.mismatches > 0 : depth === 0) open.add(node.path);
      walk(node, depth + 1);
    }
  };
  walk(root, 0);
  return open;
}

/** What still fits on a screen. */
const FEW = 24;

export type Move =
  | { readonly kind: 'to'; readonly line: number }
  | { readonly kind: 'open' | 'close'; readonly line: number };

interface TreeKeys {
  readonly lines: readonly TreeLine[];
  readonly active: number;
  /** Lines in sight. */
  readonly page: number;
}

/** What a key does in a tree, as every tree of the platform does it; undefined for other keys. */
export function moveFor(key: string, { lines, active, page }: TreeKeys): Move | undefined {
  const line = lines[active];
  if (line === undefined) return undefined;
  const to = (target: number): Move => ({
    kind: 'to',
    line: Math.min(lines.length - 1, Math.max(0, target)),
  });
  switch (key) {
    case 'ArrowDown':
      return to(active + 1);
    case 'ArrowUp':
      return to(active - 1);
    case 'PageDown':
      return to(active + page);
    case 'PageUp':
      return to(active - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(lines.length - 1);
    case 'ArrowRight':
      if (line.node.kind === 'key') return undefined;
      return line.isOpen ? to(active + 1) : { kind: 'open', line: active };
    case 'ArrowLeft':
      if (line.isOpen) return { kind: 'close', line: active };
      return line.parent === undefined ? undefined : to(line.parent);
    case 'Enter':
    case ' ':
      if (line.node.kind === 'key') return to(active);
      return { kind: line.isOpen ? 'close' : 'open', line: active };
    default:
      return undefined;
  }
}

/** The next line, round the end, whose label or one of its names starts with what was typed. */
export function typedAhead(lines: readonly TreeLine[], active: number, typed: string): number | undefined {
  const wanted = typed.toLowerCase();
  // A second letter searches from here on, a first one from the next line.
  const from = typed.length > 1 ? active : active + 1;
  for (let step = 0; step < lines.length; step++) {
    const place = (from + step) % lines.length;
    const label = lines[place]!.node.label.toLowerCase();
    if (label.split('.').some((name) => name.startsWith(wanted))) return place;
  }
  return undefined;
}
