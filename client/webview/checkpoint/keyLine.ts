/** One line of the tree: a module with its sums, or a key with its tensor and how it compares with the policy of the config. */
import type { KeyVerdict } from '../../../server/viewerLists.js';
import type { KeyRowView } from '../../editors/checkpointMessages.js';
import { h } from '../dom.js';
import { whole } from '../format.js';
import { type IconName, icon } from '../icons.js';
import { t } from '../words.js';
import { type ModuleNode, valuesOf } from './moduleTree.js';
import type { TreeLine } from './treeLines.js';

interface LineFacts {
  readonly rows: readonly KeyRowView[];
  readonly isActive: boolean;
}

const SIGNS: Readonly<Record<KeyVerdict, IconName | undefined>> = {
  same: 'done',
  differs: 'warning',
  'only expected': 'error',
  'only in file': 'info',
  'not compared': undefined,
};

export function lineElement(line: TreeLine, index: number, { rows, isActive }: LineFacts): HTMLElement {
  const { node, level, position, siblings, isOpen } = line;
  const row = node.kind === 'key' ? rows[node.place]! : undefined;
  const element = h('div', {
    id: `line-${index}`,
    'data-line': index,
    class: `row ${row === undefined ? 'module' : `verdict-${row.verdict.replaceAll(' ', '-')}`}`,
    role: 'treeitem',
    'aria-level': level,
    'aria-posinset': position,
    'aria-setsize': siblings,
    'aria-selected': String(isActive),
    'aria-expanded': node.kind === 'module' ? String(isOpen) : undefined,
    'aria-label': row === undefined ? moduleLabel(node as ModuleNode) : keyLabel(node.label, row),
  });
  element.append(...(node.kind === 'module' ? moduleCells(node, level) : keyCells(node.label, level, row!)));
  return element;
}

/** `[32, 7]`; empty for a missing key. */
export function shapeText(shape: readonly number[] | null): string {
  return shape === null ? '' : `[${shape.join(', ')}]`;
}

/** How a key compares with the policy of the config, and what an adaptation would do with it. */
export function verdictText({ verdict, expected, fate }: KeyRowView): string {
  const said = {
    same: t('same'),
    differs: t('expects {0}', shapeText(expected)),
    'only expected': t('missing, expects {0}', shapeText(expected)),
    'only in file': t('not in the policy'),
    'not compared': '',
  }[verdict];
  return fate === null || fate === 'copied' || verdict === 'same' ? said : `${said} · ${fateName(fate)}`;
}

export function verdictSign(verdict: KeyVerdict): SVGElement | undefined {
  const name = SIGNS[verdict];
  return name && icon(name);
}

function moduleCells(module: ModuleNode, level: number): HTMLElement[] {
  const differ =
    module.mismatches === 0 ? '' : t('{0} of {1} differ', whole(module.mismatches), whole(module.keys));
  return [
    nameCell(module.label, level, h('span', { class: 'twistie' }, icon('chevron'))),
    h('span', { class: 'soft' }, t('{0} keys', whole(module.keys))),
    h('span'),
    h('span', { class: 'number' }, whole(module.values)),
    h('span', { class: 'verdict' }, differ),
  ];
}

function keyCells(label: string, level: number, row: KeyRowView): HTMLElement[] {
  const text = verdictText(row);
  const sign = verdictSign(row.verdict);
  return [
    nameCell(label, level, h('span', { class: 'twistie' })),
    h('span', { class: 'shape' }, shapeText(row.shape)),
    h('span', { class: 'soft' }, row.dtype ?? ''),
    h(
      'span',
      { class: 'number' },
      row.alias === null ? (row.shape === null ? '' : whole(valuesOf(row))) : t('shared'),
    ),
    h('span', { class: 'verdict', title: text }, sign, h('span', {}, text)),
  ];
}

/** Indented by the level, as far as a narrow panel allows. */
function nameCell(label: string, level: number, twistie: HTMLElement): HTMLElement {
  const cell = h('span', { class: 'name' }, twistie, h('code', { title: label }, label));
  cell.style.paddingInlineStart = `calc(var(--indent) * ${level - 1})`;
  return cell;
}

function moduleLabel({ label, keys, values, mismatches }: ModuleNode): string {
  const sums = t('{0}, {1} keys, {2} parameters', label, keys, values);
  return mismatches === 0 ? sums : `${sums}, ${t('{0} differ', mismatches)}`;
}

function keyLabel(label: string, row: KeyRowView): string {
  return [label, `${shapeText(row.shape)} ${row.dtype ?? ''}`.trim(), verdictText(row)]
    .filter((part) => part !== '')
    .join(', ');
}

function fateName(fate: NonNullable<KeyRowView['fate']>): string {
  return {
    copied: t('copied'),
    widened: t('widened'),
    initialised: t('initialised'),
    dropped: t('dropped'),
    refused: t('adapt refuses'),
  }[fate];
}
