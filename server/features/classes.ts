/** `_target_` and the Python that it names, as far as the project contains it; installed packages are not read. */
import type { Location } from 'vscode-languageserver';
import { code, plain } from '../../engine/base/markdown.js';
import { valueAt } from '../../engine/config/origin.js';
import { POLICY_TARGET, unknownPolicy } from '../../engine/judge/policy/families.js';
import { type LocatedDefinition, locateClass } from '../../engine/project/python/source.js';
import type { Judged } from '../documents/configView.js';
import { placeLink } from '../documents/shown.js';
import { locationOf } from '../documents/uris.js';
import type { Workbench } from '../workbench.js';

export async function classDefinition(
  judged: Judged,
  path: string,
  workbench: Workbench,
): Promise<Location[]> {
  const found = await located(judged, path, workbench);
  return found === undefined ? [] : [locationOf(placeOf(found))];
}

/** Undefined for any other value. */
export async function describeClass(
  judged: Judged,
  path: string,
  workbench: Workbench,
): Promise<string | undefined> {
  const found = await located(judged, path, workbench);
  const parts = [found && definitionText(found), path === POLICY_TARGET.join('.') ? unknownText(judged) : ''];
  return parts.filter(Boolean).join('\n\n') || undefined;
}

function unknownText({ survey }: Judged): string {
  const unknown = unknownPolicy(survey.resolved);
  return unknown === undefined ? '' : `${plain(unknown.message)}. ${plain(unknown.hint ?? '')}`;
}

function definitionText(found: LocatedDefinition): string {
  const bases = found.bases.length === 0 ? '' : `(${found.bases.join(', ')})`;
  return `${found.kind} ${code(`${found.name}${bases}`)} in ${placeLink(placeOf(found))}`;
}

async function located(
  { survey, judgement }: Judged,
  path: string,
  { reader }: Workbench,
): Promise<LocatedDefinition | undefined> {
  if (path !== '_target_' && !path.endsWith('._target_')) return undefined;
  const name = valueAt(survey.resolved, path);
  return typeof name === 'string' ? locateClass(name, judgement.startFolder, reader) : undefined;
}

function placeOf({ file, line, column, name }: LocatedDefinition) {
  return { kind: 'file', file, line, column, endLine: line, endColumn: column + name.length } as const;
}
