/** Where in which file, or in which override, an error of the config belongs. */
import type { RegripError } from '../base/errors.js';
import { type ConfigNode, type MapNode, placeText } from './node.js';
import type { Provenance } from './types.js';

export interface ConfigProblem {
  readonly code: string;
  /** Without the place in front. */
  readonly message: string;
  readonly hint: string | undefined;
  /** The key or the group that does not exist. */
  readonly subject: string | undefined;
  /** Undefined where the error names none; the primary config as a whole, then. */
  readonly place: Provenance | undefined;
}

const OVERRIDE = /^the override '(.*)'$/s;
const IN_MESSAGE = /^the override '(.*?)'(?::| )/s;
const POSITION = /^(.*):(\d+):(\d+)$/s;
const LINE = /^(.*):(\d+)$/s;

/** The files that took part, parsed, by absolute path: the range of what was found at a position comes from them. */
export function configProblem(
  error: RegripError,
  roots: ReadonlyMap<string, MapNode>,
  overrides: readonly string[],
): ConfigProblem {
  const prefix = error.file === undefined ? '' : `${error.file}: `;
  const message = error.message.slice(prefix.length);
  return {
    code: error.code,
    message,
    hint: error.hint,
    subject: error.subject,
    place: placeOf(error.file, message, roots, overrides),
  };
}

function placeOf(
  file: string | undefined,
  message: string,
  roots: ReadonlyMap<string, MapNode>,
  overrides: readonly string[],
): Provenance | undefined {
  const text =
    OVERRIDE.exec(file ?? '')?.[1] ?? (file === undefined ? IN_MESSAGE.exec(message)?.[1] : undefined);
  if (text !== undefined) {
    const index = overrides.findIndex(
      (override) => override === text || override.startsWith(text.replace(/…$/, '')),
    );
    return index < 0 ? undefined : { kind: 'override', text: overrides[index]!, index };
  }
  if (file === undefined) return undefined;
  return placeFromText(file, roots);
}

/** `file:line:column`, `file:line` or `file`, as messages name places. */
export function placeFromText(text: string, roots: ReadonlyMap<string, MapNode>): Provenance {
  const [, file, line, column] = POSITION.exec(text) ?? LINE.exec(text) ?? [text, text, '1'];
  const root = roots.get(file!);
  const exact =
    root === undefined || column === undefined ? undefined : nodeAt(root, `${file}:${line}:${column}`);
  if (exact?.place.kind === 'file') return exact.place;
  const at = { line: Number(line), column: Number(column ?? 1) };
  return { kind: 'file', file: file!, ...at, endLine: at.line, endColumn: at.column };
}

/** The innermost node that begins at a position. */
function nodeAt(node: ConfigNode, place: string): ConfigNode | undefined {
  const children = node.kind === 'map' ? node.entries.values() : node.kind === 'list' ? node.items : [];
  for (const child of children) {
    const found = nodeAt(child, place);
    if (found !== undefined) return found;
  }
  return placeText(node.place) === place ? node : undefined;
}
