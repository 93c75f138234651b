/** Where the body of a class or function ends, its decorators, and the blocks that contain a place in it. */
import { bracket, type PythonToken } from './tokens.js';

/** Token numbers; `to` is exclusive. */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
}

/** What must hold for a line to run: the words after `if`, or undefined where the text does not decide it. */
export type Condition = (TokenRange & { readonly isTrue: boolean }) | undefined;

/** The header and body of the definition whose name is the token `at`. */
export function blockOf(tokens: readonly PythonToken[], at: number): TokenRange {
  const from = lineStart(tokens, at);
  const { indent = 0 } = tokens[from]!;
  let to = at + 1;
  while (to < tokens.length && (tokens[to]!.indent ?? indent + 1) > indent) to += 1;
  return { from, to };
}

/** As written, without `@` and arguments: `dataclasses.dataclass`. */
export function decoratorsOf(tokens: readonly PythonToken[], at: number): readonly string[] {
  const names: string[] = [];
  let line = lineStart(tokens, at);
  while (line > 0) {
    line = lineStart(tokens, line - 1);
    if (tokens[line]!.text !== '@') break;
    let next = line + 1;
    while (tokens[next]?.kind === 'name' || tokens[next]?.text === '.') next += 1;
    const name = tokens.slice(line + 1, next).map(({ text }) => text);
    names.push(name.join(''));
  }
  return names;
}

/** The logical lines of a range. */
export function linesIn(tokens: readonly PythonToken[], { from, to }: TokenRange): readonly TokenRange[] {
  const lines: TokenRange[] = [];
  let start = from;
  for (let at = from + 1; at <= to; at += 1) {
    if (at < to && tokens[at]!.indent === undefined) continue;
    lines.push({ from: start, to: at });
    start = at;
  }
  return lines;
}

/**
 * The conditions around a token of a body, innermost first. The bodies of `for`, `while`, `with` and `try` run; `elif`, `except` and what
 * follows a `return` in the same block are undecided.
 */
export function conditionsAround(
  tokens: readonly PythonToken[],
  body: TokenRange,
  at: number,
): readonly Condition[] {
  const found: Condition[] = [];
  let line = lineStart(tokens, at);
  const own = headerAt(tokens, line);
  if (own !== undefined && at >= own.to) found.push(conditionOf(tokens, body, own));
  let { indent = 0 } = tokens[line]!;
  while (line > body.from) {
    line = lineStart(tokens, line - 1);
    if (line <= body.from) break;
    const here = tokens[line]!;
    if (here.indent === indent && /^(?:return|raise|continue|break)$/.test(here.text)) found.push(undefined);
    if (here.indent! >= indent) continue;
    indent = here.indent!;
    const header = headerAt(tokens, line);
    if (header !== undefined) found.push(conditionOf(tokens, body, header));
  }
  return found;
}

/** `if …:` and the like, up to the colon. */
interface Header {
  readonly word: string;
  readonly from: number;
  /** After the colon. */
  readonly to: number;
}

const DECIDING = /^(?:if|elif|else|except|finally|match|case)$/;

/** Undefined for a line that is not conditional. */
function headerAt(tokens: readonly PythonToken[], line: number): Header | undefined {
  const { text } = tokens[line]!;
  if (!DECIDING.test(text)) return undefined;
  let depth = 0;
  let colon = line + 1;
  for (; colon < tokens.length && tokens[colon]!.kind !== 'newline'; colon += 1) {
    depth += bracket(tokens[colon]!);
    if (depth === 0 && tokens[colon]!.text === ':') break;
  }
  return { word: text, from: line, to: colon + 1 };
}

function conditionOf(tokens: readonly PythonToken[], body: TokenRange, header: Header): Condition {
  if (header.word === 'if') return { from: header.from + 1, to: header.to - 1, isTrue: true };
  if (header.word !== 'else') return undefined;
  const { indent } = tokens[header.from]!;
  for (let line = header.from; line > body.from; ) {
    line = lineStart(tokens, line - 1);
    if (tokens[line]!.indent! > indent!) continue;
    const before = headerAt(tokens, line);
    const isIf = tokens[line]!.indent === indent && before?.word === 'if';
    return isIf ? { from: before.from + 1, to: before.to - 1, isTrue: false } : undefined;
  }
  return undefined;
}

export function lineStart(tokens: readonly PythonToken[], at: number): number {
  let line = at;
  while (line > 0 && tokens[line]!.indent === undefined) line -= 1;
  return line;
}
