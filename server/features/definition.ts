/** Go to definition and references: interpolations, defaults entries, anchors. */
import type { Location, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { originOf } from '../../engine/config/origin.js';
import type { Provenance } from '../../engine/config/types.js';
import { type ConfigView, composedPath, configView, referenceTarget } from '../documents/configView.js';
import { interpolationAt, interpolationSites } from '../documents/interpolations.js';
import { locationOf, uriOf } from '../documents/uris.js';
import { type Entry, YamlText } from '../documents/yamlText.js';
import type { Workbench } from '../workbench.js';

export async function definition(
  position: Position,
  document: TextDocument,
  workbench: Workbench,
): Promise<Location[]> {
  const view = await configView(document, workbench);
  const offset = document.offsetAt(position);
  const found = view?.yaml.at(offset);
  if (view === undefined || found === undefined) return [];
  if (found.entry.path[0] === 'defaults') return listedFiles(view, position);
  if (found.part === 'key') return [];
  if (found.entry.value?.kind === 'alias') return anchor(view, found.entry.text!);
  return referred(view, found.entry, offset);
}

/** Interpolations anywhere in the target's files that lead to the key, or into what it holds. */
export async function references(
  position: Position,
  document: TextDocument,
  workbench: Workbench,
): Promise<Location[]> {
  const view = await configView(document, workbench);
  const offset = document.offsetAt(position);
  const found = view?.yaml.at(offset);
  if (view === undefined || found === undefined) return [];
  const holder = composedPath(view, found.entry.path);
  if (holder === undefined) return [];
  const target = found.part === 'key' ? holder : (targetAt(view, found.entry, holder, offset) ?? holder);
  return view.survey.parts.flatMap(({ file, package: pack }) => {
    const text = view.survey.files.get(file)!.text;
    return uses(new YamlText(text), pack, target).map(({ start, end }) => ({
      uri: uriOf(file),
      range: { start: positionIn(text, start), end: positionIn(text, end) },
    }));
  });
}

function uses(yaml: YamlText, pack: string, target: string) {
  return yaml.entries.flatMap((entry) => {
    if (entry.value?.kind !== 'scalar' || entry.path[0] === 'defaults') return [];
    const holder = [...pack.split('.').filter((step) => step !== ''), ...entry.path].join('.');
    return interpolationSites(yaml.source(entry.value), entry.value.start).filter(
      ({ content, isReference }) => {
        const leads = isReference ? referenceTarget(content, holder) : undefined;
        return leads === target || leads?.startsWith(`${target}.`) === true;
      },
    );
  });
}

function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length };
}

function targetAt(view: ConfigView, entry: Entry, holder: string, offset: number): string | undefined {
  if (entry.value?.kind !== 'scalar') return undefined;
  const site = interpolationAt(interpolationSites(view.yaml.source(entry.value), entry.value.start), offset);
  return site?.isReference === true ? referenceTarget(site.content, holder) : undefined;
}

/** Each place that says something of the key: the winner first. */
function referred(view: ConfigView, entry: Entry, offset: number): Location[] {
  const holder = composedPath(view, entry.path);
  const target = holder === undefined ? undefined : targetAt(view, entry, holder, offset);
  const [first] = target === undefined ? [] : originOf(target, view.survey);
  return first === undefined ? [] : [first.place, ...first.beaten].flatMap(located);
}

function located(place: Provenance): Location[] {
  return place.kind === 'file' ? [locationOf(place)] : [];
}

/** The files that an entry of the defaults list brings. */
function listedFiles({ survey, path }: ConfigView, { line }: Position): Location[] {
  return survey.parts.flatMap(({ file, listedAt }) => {
    if (listedAt?.kind !== 'file' || listedAt.file !== path || listedAt.line !== line + 1) return [];
    return [locationOf({ file, line: 1, column: 1, endLine: 1, endColumn: 1 })];
  });
}

function anchor({ yaml, document }: ConfigView, name: string): Location[] {
  const entry = yaml.entries.find((each) => each.anchor === name);
  const stretch = entry?.key ?? entry?.value;
  if (stretch === undefined) return [];
  return [
    {
      uri: document.uri,
      range: { start: document.positionAt(stretch.start), end: document.positionAt(stretch.end) },
    },
  ];
}
