/** Links: the files that a defaults list includes, and files and folders that values name. */

import { resolve } from 'node:path';
import type { DocumentLink } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { valueAt } from '../../engine/config/origin.js';
import { type ConfigView, composedPath, configView } from '../documents/configView.js';
import { uriOf } from '../documents/uris.js';
import type { Entry, Stretch } from '../documents/yamlText.js';
import type { Workbench } from '../workbench.js';

/** Text that may be a path: with a separator, and short enough for a file system. */
const PATH = /^[^\s${}*?"<>|]*\/[^\s${}*?"<>|]*$/;
const MAX_PATH = 4096;

export async function documentLinks(document: TextDocument, workbench: Workbench): Promise<DocumentLink[]> {
  const view = await configView(document, workbench);
  if (view === undefined) return [];
  const links = view.yaml.entries.map((entry) => link(view, entry, workbench));
  return (await Promise.all(links)).flat();
}

async function link(view: ConfigView, entry: Entry, workbench: Workbench): Promise<DocumentLink[]> {
  if (entry.value?.kind !== 'scalar') return [];
  if (entry.path[0] === 'defaults') return listed(view, entry.value);
  const path = composedPath(view, entry.path);
  const value = path === undefined ? undefined : valueAt(view.survey.resolved, path);
  if (typeof value !== 'string' || value.length > MAX_PATH || !PATH.test(value)) return [];
  const file = resolve(view.judgement.startFolder, value);
  if ((await workbench.files.kindOf(file)) !== 'file') return [];
  return [{ range: rangeOf(view, entry.value), target: uriOf(file), tooltip: file }];
}

function listed(view: ConfigView, value: Stretch): DocumentLink[] {
  const { line } = view.document.positionAt(value.start);
  const part = view.survey.parts.find(
    ({ listedAt }) => listedAt?.kind === 'file' && listedAt.file === view.path && listedAt.line === line + 1,
  );
  return part === undefined
    ? []
    : [{ range: rangeOf(view, value), target: uriOf(part.file), tooltip: part.file }];
}

function rangeOf({ document }: ConfigView, { start, end }: Stretch) {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
