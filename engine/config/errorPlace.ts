/** The file and position, or the override, that a config error refers to. */
import type { ConfigCode, ConfigError } from './configError.js';
import type { ConfigFile } from './configFile.js';
import { type ConfigNode, placeText } from './node.js';
import type { Provenance } from './provenance.js';

/** The files that took part, by absolute path: they give the range of whatever is at a position. */
type Files = ReadonlyMap<string, Pick<ConfigFile, 'root' | 'text'>>;

export interface ConfigProblem {
  readonly code: ConfigCode;
  /** The message without the leading place. */
  readonly message: string;
  readonly hint: string | undefined;
  /** The key or the group that does not exist. */
  readonly subject: string | undefined;
  /** Undefined where the error does not name a place; it then refers to the whole primary config. */
  readonly place: Provenance | undefined;
}

const OVERRIDE = /^the override '(.*)'$/s;
const IN_MESSAGE = /^the override '(.*?)'(?::| )/s;
const POSITION = /^(.*):(\d+):(\d+)$/s;
const LINE = /^(.*):(\d+)$/s;

export function configProblem(error: ConfigError, files: Files, overrides: readonly string[]): ConfigProblem {
  const prefix = error.file === undefined ? '' : `${error.file}: `;
  const message = error.message.slice(prefix.length);
  return {
    code: error.code,
    message,
    hint: error.hint,
    subject: error.subject,
    place: placeOf(error.file, message, files, overrides),
  };
}

function placeOf(
  file: string | undefined,
  message: string,
  files: Files,
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
  return placeFromText(file, files);
}

/** `file:line:column`, `file:line` or `file`, as messages name places. */
export function placeFromText(text: string, files: Files): Provenance {
  const [, file, line, column] = POSITION.exec(text) ?? LINE.exec(text) ?? [text, text, '1'];
  const known = files.get(file);
  const exact =
    known === undefined || column === undefined ? undefined : nodeAt(known.root, `${file}:${line}:${column}`);
  if (exact?.place.kind === 'file') return exact.place;
  const at = { line: Number(line), column: Number(column ?? 1) };
  const endColumn = at.column + (known === undefined ? 0 : wordAt(known.text, at.line, at.column));
  return { kind: 'file', file: file, ...at, endLine: at.line, endColumn };
}

/** The length of the word that begins there: the error may be about a key or an unfinished construct instead of a value. */
function wordAt(text: string, line: number, column: number): number {
  const rest = (text.split(/\r?\n/, line)[line - 1] ?? '').slice(column - 1);
  return /^[^\s:,\]}]*/.exec(rest)![0].length;
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
