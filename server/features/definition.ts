/** Go to definition and references: interpolations, defaults entries, anchors. */
import type { Location, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { RegripError } from '../../engine/base/errors.js';
import { originOf } from '../../engine/config/origin.js';
import type { Provenance } from '../../engine/config/provenance.js';
import type { ConfigSurvey } from '../../engine/config/survey.js';
import { listedKey } from '../../engine/formats/checkpoint/listing/listing.js';
import { CheckContext } from '../../engine/judge/checks/context.js';
import { pretrained } from '../../engine/judge/checks/rules/pretrained.js';
import { keysSetBy } from '../../engine/judge/explain/sources.js';
import { type ConfigView, composedPath, configView, referenceTarget } from '../documents/configView.js';
import { interpolationAt, interpolationSites } from '../documents/interpolations.js';
import { type Listings, listingUri } from '../documents/listings.js';
import { locationOf, uriOf } from '../documents/uris.js';
import { type Entry, YamlText } from '../documents/yamlText.js';
import type { Workbench } from '../workbench.js';
import { classDefinition } from './classes.js';
import { rangeOf } from './listingFeatures.js';

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
  const holder = composedPath(view, found.entry.path);
  const classes = holder === undefined ? [] : await classDefinition(view, holder, workbench);
  return [...referred(view, found.entry, offset), ...classes];
}

/** Interpolations anywhere in the target's files that refer to the key or into its value; keys of the checkpoint whose shape it sets. */
export async function references(
  position: Position,
  document: TextDocument,
  workbench: Workbench,
  listings: Listings,
): Promise<Location[]> {
  const view = await configView(document, workbench);
  const offset = document.offsetAt(position);
  const found = view?.yaml.at(offset);
  if (view === undefined || found === undefined) return [];
  const holder = composedPath(view, found.entry.path);
  if (holder === undefined) return [];
  const target = found.part === 'key' ? holder : (targetAt(view, found.entry, holder, offset) ?? holder);
  return [...interpolations(view, target), ...(await shapedKeys(view, target, workbench, listings))];
}

/** In the listing of the pretrained checkpoint. */
async function shapedKeys(
  { survey, target, judgement }: ConfigView,
  path: string,
  { disk }: Workbench,
  listings: Listings,
): Promise<Location[]> {
  const context = new CheckContext({ survey, target, startFolder: judgement.startFolder, disk });
  const checkpoint = pretrained(context)?.path;
  const listing = checkpoint === undefined ? undefined : await listings.of(checkpoint).catch(() => undefined);
  if (checkpoint === undefined || listing === undefined) return [];
  const uri = listingUri(checkpoint);
  return setKeys(path, survey).flatMap((key) => {
    const listed = listedKey(listing.listing, key);
    return listed === undefined ? [] : [{ uri, range: rangeOf(listed.shape) }];
  });
}

/** Empty where the config does not describe a policy. */
function setKeys(path: string, survey: ConfigSurvey): string[] {
  try {
    return keysSetBy(path, survey).map(({ key }) => key);
  } catch (error) {
    if (error instanceof RegripError) return [];
    throw error;
  }
}

function interpolations(view: ConfigView, target: string): Location[] {
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

/** Each place that sets the key: the winner first. */
function referred(view: ConfigView, entry: Entry, offset: number): Location[] {
  const holder = composedPath(view, entry.path);
  const target = holder === undefined ? undefined : targetAt(view, entry, holder, offset);
  const [first] = target === undefined ? [] : originOf(target, view.survey);
  return first === undefined ? [] : [first.place, ...first.beaten].flatMap(located);
}

function located(place: Provenance): Location[] {
  return place.kind === 'file' ? [locationOf(place)] : [];
}

/** The files that an entry of the defaults list includes. */
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
