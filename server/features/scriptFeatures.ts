/** Launch scripts in the editor: their overrides have hovers, completion and definitions like values of a config. */
import { dirname, join } from 'node:path';
import {
  type CompletionItem,
  CompletionItemKind,
  type Hover,
  type Location,
  type Position,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isPlainMap, type Plain } from '../../engine/base/plain.js';
import { originOf, valueAt } from '../../engine/config/origin.js';
import type { ScriptOverride } from '../../engine/project/launch/launch.js';
import { overrideAt } from '../../engine/project/launch/script.js';
import { holds } from '../../engine/project/textRange.js';
import type { Judged } from '../documents/configView.js';
import { shownValue } from '../documents/shown.js';
import { locationOf, pathOf, uriOf } from '../documents/uris.js';
import type { Workbench } from '../workbench.js';
import { children, folderEntries, groupNames, groupOptions, itemKind } from './completion.js';
import { describeEpochs } from './epochsHover.js';
import { hoverOf, originLines, rangeIn } from './hover.js';
import { describePath } from './pathHover.js';

const START = { line: 0, character: 0 };

export async function scriptHover(
  position: Position,
  document: TextDocument,
  workbench: Workbench,
): Promise<Hover | null> {
  const offset = document.offsetAt(position);
  const found = await overrideIn(document, offset, workbench);
  if (found?.override.key === undefined) return null;
  const { override, judged } = found;
  const { key } = override;
  const unknown = override.unknownVariables.map((name) => `$${name}`).join(', ');
  const parts = [
    ...(override.isResolved
      ? []
      : [`Unknown here${unknown === '' ? '' : `: ${unknown}`}. What depends on it is not checked.`]),
    ...originLines(key!, judged.survey),
    await describePath(judged, key!, workbench),
    await describeEpochs(judged, key!, workbench),
  ];
  return hoverOf(parts, rangeIn(document, override.range));
}

/** On an override, the value that it overrides; on a group choice, the option; on the config's name, the config. */
export async function scriptDefinition(
  position: Position,
  document: TextDocument,
  workbench: Workbench,
): Promise<Location[]> {
  const offset = document.offsetAt(position);
  const found = await overrideIn(document, offset, workbench);
  if (found === undefined) return configNamed(document, offset, workbench);
  const {
    override: { key, text },
    judged,
  } = found;
  if (key === undefined) return [];
  const option = join(rootOf(judged), key.replace(/@.*$/, ''), `${text.slice(text.indexOf('=') + 1)}.yaml`);
  if (judged.survey.files.has(option)) return [startOf(option)];
  const [first] = originOf(key, judged.survey);
  return [first?.place, ...(first?.beaten ?? [])].flatMap((place) =>
    place?.kind === 'file' ? [locationOf(place)] : [],
  );
}

export async function scriptCompletion(
  position: Position,
  document: TextDocument,
  workbench: Workbench,
): Promise<CompletionItem[]> {
  const offset = document.offsetAt(position);
  const before = document.getText({ start: { line: position.line, character: 0 }, end: position });
  const [, sign, typed, value] = /(?:^|[\s"'])((?:\+\+?|~)?)([\w./@-]*)(?:=(\S*))?$/.exec(before) ?? [];
  const judged = await launchAround(document, offset, workbench);
  if (judged === undefined || typed === undefined) return [];
  return value === undefined ? keyItems(judged, typed, sign!) : valueItems(judged, typed, value, workbench);
}

/** The next step of keys; at the root also groups, whose options an override can choose. */
async function keyItems(judged: Judged, typed: string, sign: string): Promise<CompletionItem[]> {
  const dot = typed.lastIndexOf('.');
  const holder = dot < 0 ? '' : typed.slice(0, dot);
  const resolved = judged.survey.resolved;
  const value = holder === '' ? resolved : valueAt(resolved, holder);
  const groups = dot < 0 && sign === '' ? await groupNames(rootOf(judged)) : [];
  const names = new Set(groups.map(({ label }) => label));
  return [
    ...groups.map((item) => ({ ...item, insertText: `${item.label}=`, detail: 'group' })),
    ...children(value)
      .filter(([key]) => !names.has(key))
      .map(([key, child]) => keyItem(key, child)),
  ];
}

function keyItem(label: string, child: Plain): CompletionItem {
  const insertText = isPlainMap(child) ? `${label}.` : `${label}=`;
  return { label, kind: itemKind(child), detail: shownValue(child), insertText };
}

async function valueItems(
  judged: Judged,
  key: string,
  typed: string,
  workbench: Workbench,
): Promise<CompletionItem[]> {
  const options = await groupOptions(join(rootOf(judged), key.replace(/@.*$/, '')));
  if (options.length > 0) return options;
  if (typed.includes('/')) return folderEntries(judged.judgement.startFolder, typed.replace(/^["']/, ''));
  const { survey } = await workbench.judgement({ ...judged.target, overrides: [], overrideSpans: [] });
  if (typeof valueAt(survey.resolved, key) !== 'boolean') return []; // the override itself is incomplete
  return ['True', 'False'].map((label) => ({ label, kind: CompletionItemKind.Value }));
}

function rootOf({ target }: Judged): string {
  return target.configRoot ?? dirname(target.primary);
}

interface Found {
  readonly override: ScriptOverride;
  readonly judged: Judged;
}

async function overrideIn(
  document: TextDocument,
  offset: number,
  workbench: Workbench,
): Promise<Found | undefined> {
  const look = await lookAt(document, workbench);
  const found = look && overrideAt(look.script, offset);
  if (look === undefined || found === undefined) return undefined;
  const judged = await judgedLaunch(look.script.launches.indexOf(found.launch), look, workbench);
  return judged && { override: found.override, judged };
}

/** The launch in which, or at whose continued end, the cursor is. */
async function launchAround(
  document: TextDocument,
  offset: number,
  workbench: Workbench,
): Promise<Judged | undefined> {
  const look = await lookAt(document, workbench);
  if (look === undefined) return undefined;
  const text = document.getText();
  const index = look.script.launches.findIndex(
    ({ range }) =>
      holds(range, offset) ||
      (range.end < offset && /^(?:[ \t]|\\\r?\n)*[^\s;&|]*$/.test(text.slice(range.end, offset))),
  );
  return index < 0 ? undefined : judgedLaunch(index, look, workbench);
}

async function configNamed(
  document: TextDocument,
  offset: number,
  workbench: Workbench,
): Promise<Location[]> {
  const look = await lookAt(document, workbench);
  const index =
    look?.script.launches.findIndex(
      ({ configName }) => configName !== undefined && holds(configName.range, offset),
    ) ?? -1;
  const target = look?.targets.find(({ script }) => script?.index === index);
  return target === undefined ? [] : [startOf(target.primary)];
}

type Look = Awaited<ReturnType<Workbench['targets']['script']>>;

async function lookAt(document: TextDocument, workbench: Workbench): Promise<Look | undefined> {
  const path = pathOf(document.uri);
  return path === undefined ? undefined : workbench.targets.script(path);
}

async function judgedLaunch(
  index: number,
  { targets }: Look,
  workbench: Workbench,
): Promise<Judged | undefined> {
  const target = targets.find(({ script }) => script?.index === index);
  if (target === undefined) return undefined;
  const judgement = await workbench.judgement(target);
  return { target, judgement, survey: judgement.survey };
}

function startOf(path: string): Location {
  return { uri: uriOf(path), range: { start: START, end: START } };
}
