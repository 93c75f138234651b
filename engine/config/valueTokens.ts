/** The tokens that Hydra's override values and OmegaConf's resolver arguments share, and the value of a run of them. */
import type { Scalar } from './yaml/scalar.js';
import { asFloat, asInteger } from './yaml/scalar.js';

export type TokenKind = keyof typeof SHARED | keyof typeof OVERRIDE_ONLY | keyof typeof INTERPOLATION_ONLY;
export interface Token<Kind extends TokenKind = TokenKind> {
  readonly kind: Kind;
  readonly text: string;
}

const INT = '(?:0|[1-9](?:_?[0-9])*)';
const POINT = `(?:(?:${INT})?\\.[0-9](?:_?[0-9])*|${INT}\\.)`;
const EXPONENT = `(?:${POINT}|${INT})[eE][-+]?[0-9](?:_?[0-9])*`;

/** In the grammar's order: of two kinds that match equally far, the first wins. */
const SHARED = {
  comma: /[ \t]*,[ \t]*/y,
  bracketOpen: /\[[ \t]*/y,
  bracketClose: /[ \t]*\]/y,
  braceOpen: /\{[ \t]*/y,
  braceClose: /[ \t]*\}/y,
  colon: /[ \t]*:[ \t]*/y,
  float: new RegExp(`[-+]?(?:${EXPONENT}|${POINT}|[Ii][Nn][Ff]|[Nn][Aa][Nn])`, 'y'),
  int: new RegExp(`[-+]?${INT}`, 'y'),
  bool: /true|false/iy,
  null: /null/iy,
  char: /[/\-\\+.$%*@?|]/y,
  id: /[A-Za-z_][A-Za-z0-9_-]*/y,
  escape: /(?:\\[\\()[\]{}:=, \t])+/y,
  space: /[ \t]+/y,
} as const;
const OVERRIDE_ONLY = {
  open: /[ \t]*\([ \t]*/y,
  close: /[ \t]*\)/y,
  equals: /[ \t]*=[ \t]*/y,
  quoted: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy,
  interpolation: /\$\{[^}]+\}/y,
} as const;
const INTERPOLATION_ONLY = { interpolationOpen: /\$\{[ \t]*/y, quote: /["']/y } as const;

export const OVERRIDE_TOKENS = Object.entries({ ...SHARED, ...OVERRIDE_ONLY }) as [TokenKind, RegExp][];
export const ARGUMENT_TOKENS = Object.entries({ ...SHARED, ...INTERPOLATION_ONLY }) as [TokenKind, RegExp][];

/** The longest token at `at`; undefined where nothing in the grammar matches. */
export function tokenAt(
  text: string,
  at: number,
  table: readonly (readonly [TokenKind, RegExp])[],
): Token | undefined {
  let best: Token | undefined;
  for (const [kind, pattern] of table) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && found.length > (best?.text.length ?? 0)) best = { kind, text: found };
  }
  return best;
}

/** Removes the backslashes of a run of escapes. */
export function unescaped(text: string): string {
  return text.replace(/.(.)/gs, '$1');
}

/** One token keeps its type; several are joined to text. */
export function primitive(tokens: readonly Token[]): Scalar {
  const [only] = tokens;
  if (only === undefined || tokens.length > 1) return tokens.map(tokenText).join('');
  switch (only.kind) {
    case 'null':
      return null;
    case 'bool':
      return only.text.toLowerCase() === 'true';
    case 'int':
      return asInteger(BigInt(only.text.replaceAll('_', '').replace('+', '')));
    case 'float':
      return float(only.text.replaceAll('_', '').toLowerCase());
    default:
      return tokenText(only);
  }
}

export function tokenText(token: Token): string {
  return token.kind === 'escape' ? unescaped(token.text) : token.text;
}

function float(text: string): Scalar {
  if (text.endsWith('nan')) return Number.NaN;
  if (text.endsWith('inf')) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return asFloat(Number(text));
}
