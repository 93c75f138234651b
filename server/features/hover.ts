/** Hovers: what a value resolves to and where that comes from; on a path, what is there. */
import type { Hover, HoverParams, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { code } from '../../engine/base/markdown.js';
import { type OriginStep, originOf, valueAt } from '../../engine/config/origin.js';
import type { Provenance } from '../../engine/config/provenance.js';
import type { ConfigSurvey } from '../../engine/config/survey.js';
import { type ConfigView, composedPath, configView, referenceTarget } from '../documents/configView.js';
import { interpolationAt, interpolationSites } from '../documents/interpolations.js';
import { placeLink, shownValue } from '../documents/shown.js';
import type { Entry, Stretch } from '../documents/yamlText.js';
import type { Workbench } from '../workbench.js';
import { describeClass } from './classes.js';
import { describeEpochs } from './epochsHover.js';
import { describePath } from './pathHover.js';

export async function hover(
  params: HoverParams,
  document: TextDocument,
  workbench: Workbench,
): Promise<Hover | null> {
  const view = await configView(document, workbench);
  const offset = document.offsetAt(params.position);
  const found = view?.yaml.at(offset);
  if (view === undefined || found === undefined) return null;
  const path = composedPath(view, found.entry.path);
  if (path === undefined) return null;
  const inside = found.part === 'value' ? referenceHover(view, found.entry, path, offset) : undefined;
  if (inside !== undefined) return inside;
  const parts = [
    ...valueLines(view, path, found.entry),
    await describePath(view, path, workbench),
    await describeEpochs(view, path, workbench),
    await describeClass(view, path, workbench),
  ];
  return hoverOf(parts, rangeIn(document, stretchOf(found)));
}

/** Null where there is nothing to show. */
export function hoverOf(parts: readonly (string | undefined)[], range: Range): Hover | null {
  const text = parts.filter((part) => part !== undefined && part !== '').join('\n\n');
  return text === '' ? null : { contents: { kind: 'markdown', value: text }, range };
}

function stretchOf({ entry, part }: { entry: Entry; part: 'key' | 'value' }): Stretch {
  return (part === 'key' ? entry.key : entry.value) ?? { start: 0, end: 0 };
}

export function rangeIn(document: TextDocument, { start, end }: Stretch) {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** On `${key}`: that key, not the whole value. */
function referenceHover(view: ConfigView, entry: Entry, holder: string, offset: number): Hover | undefined {
  const sites = interpolationSites(view.yaml.source(entry.value!), entry.value!.start);
  const site = interpolationAt(sites, offset);
  if (site === undefined || !site.isReference || sites.length < 2) return undefined;
  const target = referenceTarget(site.content, holder);
  const lines = target === undefined ? [] : originLines(target, view.survey);
  if (lines.length === 0) return undefined;
  return { contents: { kind: 'markdown', value: lines.join('\n\n') }, range: rangeIn(view.document, site) };
}

/** The value in effect, and whether it is the one written here. */
function valueLines(view: ConfigView, path: string, entry: Entry): string[] {
  const lines = originLines(path, view.survey);
  const [first] = originOf(path, view.survey);
  const isHere = first === undefined || isPlace(first.place, view, entry);
  if (isHere || entry.value?.kind !== 'scalar') return lines;
  return [`**No effect here:** overridden by ${placeLink(first.place)}`, ...lines];
}

function isPlace(place: Provenance, { path, document }: ConfigView, { value }: Entry): boolean {
  if (place.kind !== 'file' || place.file !== path || value === undefined)
    return place.kind === 'file' && place.file === path;
  const { line, character } = document.positionAt(value.start);
  return place.line === line + 1 && place.column === character + 1;
}

/** The value at a composed path, the chain to where it is written, and what it overrides; empty where there is none. */
export function originLines(path: string, survey: ConfigSurvey): string[] {
  const steps = originOf(path, survey);
  if (steps.length === 0) return [];
  const value = valueAt(survey.resolved, path);
  const unknown = survey.notEvaluated.find((each) => each.path === path);
  const head =
    value !== undefined
      ? `${code(path)} = ${code(shownValue(value))}`
      : unknown !== undefined
        ? `${code(path)} is known only in a run: ${unknown.why}`
        : `${code(path)} cannot be resolved`;
  return [head, wayText(steps), ...beatenText(steps)];
}

function wayText(steps: readonly OriginStep[]): string {
  return steps
    .map(({ place, text }) => (text === undefined ? placeLink(place) : `${placeLink(place)} ${code(text)}`))
    .join(' → ');
}

function beatenText(steps: readonly OriginStep[]): string[] {
  const beaten = steps.flatMap((step) => step.beaten);
  return beaten.length === 0 ? [] : [`overrides ${beaten.map(placeLink).join(', ')}`];
}
