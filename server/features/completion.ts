/** Completion: interpolation targets, group options, paths on disk, and keys that the composed config has at this position. */
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isPlainMap, type Plain } from '../../engine/base/plain.js';
import { valueAt } from '../../engine/config/origin.js';
import { type ConfigView, composedPath, configView } from '../documents/configView.js';
import { interpolationAt, interpolationSites } from '../documents/interpolations.js';
import { shownValue } from '../documents/shown.js';
import type { Workbench } from '../workbench.js';
import { expectedKeys } from './expectedKeys.js';

/** Maximum number of entries in one answer; the client filters by what is typed. */
const MAX_ITEMS = 1000;
const RESOLVERS = [
  'eval',
  'now',
  'oc.env',
  'oc.select',
  'oc.decode',
  'oc.create',
  'oc.dict.keys',
  'oc.dict.values',
  'hydra',
];

export async function completion(
  position: Position,
  document: TextDocument,
  workbench: Workbench,
): Promise<CompletionItem[]> {
  const view = await configView(document, workbench);
  if (view === undefined) return [];
  const offset = document.offsetAt(position);
  const lineStart = document.offsetAt({ line: position.line, character: 0 });
  const before = document.getText().slice(lineStart, offset);
  const items =
    interpolationItems(view, before, offset) ??
    (await optionItems(view, position.line, before)) ??
    (await pathItems(view, before)) ??
    keyItems(view, position.line, before);
  return items.slice(0, MAX_ITEMS);
}

/** After `${`: the next step of the composed config's keys, and resolvers. */
function interpolationItems(
  { survey }: ConfigView,
  before: string,
  offset: number,
): CompletionItem[] | undefined {
  const site = interpolationAt(interpolationSites(before, offset - before.length), offset);
  if (site === undefined || site.isClosed || /[:]/.test(site.content)) return undefined;
  const dots = site.content.lastIndexOf('.');
  const holder = dots < 0 ? '' : site.content.slice(0, dots);
  if (holder.startsWith('.')) return [];
  const value = holder === '' ? survey.resolved : valueAt(survey.resolved, holder);
  const keys = children(value).map(([key, child]): CompletionItem => {
    return { label: key, kind: itemKind(child), detail: shownValue(child) };
  });
  const resolvers = holder === '' ? RESOLVERS : [];
  return [
    ...keys,
    ...resolvers.map((label): CompletionItem => ({ label, kind: CompletionItemKind.Function })),
  ];
}

/** Of a mapping or a list, by key. */
export function children(value: Plain | undefined): [string, Plain][] {
  if (Array.isArray(value)) return value.map((item: Plain, index): [string, Plain] => [String(index), item]);
  return isPlainMap(value) ? Object.entries(value) : [];
}

export function itemKind(value: Plain): CompletionItemKind {
  return isPlainMap(value) ? CompletionItemKind.Module : CompletionItemKind.Field;
}

/** In a defaults list: groups, and after `group:` its options. */
async function optionItems(
  view: ConfigView,
  line: number,
  before: string,
): Promise<CompletionItem[] | undefined> {
  if (before === '' || !isInDefaults(view, line)) return undefined; // a key begins without a dash
  const root = dirname(view.target.primary);
  const [, group] = /^\s*-\s*(?:optional |override )*\/?([\w/-]+)(?:@[\w.]+)?:\s*\S*$/.exec(before) ?? [];
  if (group !== undefined) return groupOptions(join(root, group));
  return [...(await groupNames(root)), { label: '_self_', kind: CompletionItemKind.Keyword }];
}

/** The configs of a group's folder. */
export async function groupOptions(folder: string): Promise<CompletionItem[]> {
  return (await names(folder, (name) => name.endsWith('.yaml'))).map((name) => ({
    label: name.replace(/\.yaml$/, ''),
    kind: CompletionItemKind.File,
  }));
}

export async function groupNames(configRoot: string): Promise<CompletionItem[]> {
  return (await names(configRoot, (_name, isFolder) => isFolder)).map((label) => ({
    label,
    kind: CompletionItemKind.Folder,
  }));
}

function isInDefaults({ document }: ConfigView, line: number): boolean {
  const lines = document.getText().split(/\r?\n/, line + 1);
  for (let at = line; at >= 0; at -= 1) {
    if (/^defaults:/.test(lines[at]!)) return true;
    if (/^[^\s#-]/.test(lines[at]!)) return false;
  }
  return false;
}

/** A value with a path separator: entries of that folder, data sets and checkpoints first. */
async function pathItems({ judgement }: ConfigView, before: string): Promise<CompletionItem[] | undefined> {
  const [, typed] = /:\s+["']?((?:\.{0,2}|~|[\w.@%+-]+)?\/[^\s"'${}]*)$/.exec(before) ?? [];
  return typed === undefined ? undefined : folderEntries(judgement.startFolder, typed);
}

/** `typed` ends in or after the folder whose entries are wanted. */
export async function folderEntries(startFolder: string, typed: string): Promise<CompletionItem[]> {
  const folder = resolve(startFolder, typed.slice(0, typed.lastIndexOf('/') + 1));
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.slice(0, MAX_ITEMS).map((entry): CompletionItem => {
    const isOurs = /\.(?:zarr|ckpt)$/.test(entry.name);
    const isFolder = entry.isDirectory() && !isOurs;
    return {
      label: isFolder ? `${entry.name}/` : entry.name,
      kind: isFolder ? CompletionItemKind.Folder : CompletionItemKind.File,
      sortText: `${isOurs ? 0 : isFolder ? 1 : 2}${entry.name}`,
    };
  });
}

/** At the start of a line: keys that the composed config has here or that a training reads, and that are not written here yet. */
function keyItems(view: ConfigView, line: number, before: string): CompletionItem[] {
  const indent = /^(\s*)[\w.]*$/.exec(before)?.[1]?.length;
  if (indent === undefined) return [];
  const holder = containerAt(view, line, indent);
  const path = holder.length === 0 ? composedRoot(view) : composedPath(view, holder);
  if (path === undefined) return [];
  const value = path === '' ? view.survey.resolved : valueAt(view.survey.resolved, path);
  const written = new Set(
    view.yaml.entries.flatMap((entry) => (isChild(entry.path, holder) ? [entry.path.at(-1)!] : [])),
  );
  const known = new Map<string, string>(children(value).map(([key, child]) => [key, shownValue(child)]));
  for (const [key, meaning] of expectedKeys(path)) if (!known.has(key)) known.set(key, meaning);
  return [...known]
    .filter(([key]) => !written.has(key))
    .map(([label, detail]) => ({
      label,
      detail,
      kind: CompletionItemKind.Property,
      insertText: `${label}: `,
    }));
}

function composedRoot(view: ConfigView): string | undefined {
  return view.survey.parts.find(({ file }) => file === view.path)?.package;
}

function isChild(path: readonly string[], holder: readonly string[]): boolean {
  return path.length === holder.length + 1 && holder.every((step, k) => step === path[k]);
}

/** The mapping that a key at this indentation would belong to, according to the lines above. */
function containerAt({ document }: ConfigView, line: number, indent: number): string[] {
  const lines = document.getText().split(/\r?\n/, line);
  const path: string[] = [];
  let inside = indent;
  for (let at = lines.length - 1; at >= 0 && inside > 0; at -= 1) {
    const [, space, key] = /^(\s*)([\w.$-]+):(?:\s|$)/.exec(lines[at]!) ?? [];
    if (space === undefined || space.length >= inside) continue;
    path.unshift(key!);
    inside = space.length;
  }
  return path;
}

async function names(
  folder: string,
  wanted: (name: string, isFolder: boolean) => boolean,
): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => wanted(entry.name, entry.isDirectory()))
    .slice(0, MAX_ITEMS)
    .map(({ name }) => name);
}
