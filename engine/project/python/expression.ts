/** A lambda, or a function that only returns, as its parameters and one expression. */
import type { ResolverCode, ResolverParameter } from '../../config/resolve/registration.js';
import { bracket, type PythonToken } from './tokens.js';

/** Tokens of a function that are examined; real ones have tens. */
const MAX_TOKENS = 400;

/** `tokens` begin with `lambda` or `def`; undefined for whatever does more than return one expression, or takes more than plain parameters. */
export function returnedExpression(text: string, tokens: readonly PythonToken[]): ResolverCode | undefined {
  const [keyword] = tokens;
  const own = tokens.slice(0, MAX_TOKENS);
  const colon = colonAt(own);
  if (keyword === undefined || colon === undefined) return undefined;
  const isLambda = keyword.text === 'lambda';
  if (isLambda && tokens.length > MAX_TOKENS) return undefined; // a part of it would be another expression
  const parameters = parametersOf(text, isLambda ? own.slice(1, colon) : between(own.slice(2, colon)));
  const body = isLambda ? own.slice(colon + 1) : returned(own.slice(colon + 1));
  if (parameters === undefined || body === undefined || body.length === 0) return undefined;
  return { kind: 'expression', parameters, body: textOf(text, body) };
}

/** The first colon outside brackets. */
function colonAt(tokens: readonly PythonToken[]): number | undefined {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    depth += bracket(token);
    if (depth === 0 && token.kind === 'operator' && token.text === ':') return index;
  }
  return undefined;
}

/** The contents of the parentheses that `tokens` begin with. */
function between(tokens: readonly PythonToken[]): readonly PythonToken[] {
  let depth = 0;
  const end = tokens.findIndex((token) => {
    depth += bracket(token);
    return depth === 0;
  });
  return tokens.slice(1, Math.max(end, 0));
}

/** The single statement of a function, `return …`, after its docstring. */
function returned(tokens: readonly PythonToken[]): readonly PythonToken[] | undefined {
  const start = tokens.findIndex(({ kind }) => kind !== 'newline');
  const statements = start < 0 ? [] : tokens.slice(start);
  if (statements[0]?.kind === 'string' && statements[1]?.kind === 'newline')
    return returned(statements.slice(2));
  if (statements[0]?.text !== 'return') return undefined;
  const end = statements.findIndex(({ kind }) => kind === 'newline');
  const next = statements[end + 1];
  const { indent } = statements[0];
  const isLast = next === undefined || (next.indent ?? 0) < (indent ?? Number.POSITIVE_INFINITY);
  return end > 0 && isLast ? statements.slice(1, end) : undefined;
}

function parametersOf(
  text: string,
  tokens: readonly PythonToken[],
): readonly ResolverParameter[] | undefined {
  const found: ResolverParameter[] = [];
  for (const tokensOf of splitAtCommas(tokens)) {
    const [name, ...rest] = tokensOf;
    if (name?.kind !== 'name' || name.text.startsWith('_')) return undefined; // *args; _parent_ and the like, which OmegaConf fills
    const equals = rest.findIndex((token) => token.text === '=');
    if (rest.length > 0 && equals !== 0 && rest[0]!.text !== ':') return undefined;
    const value = equals < 0 ? undefined : textOf(text, rest.slice(equals + 1));
    found.push({ name: name.text, default: value });
  }
  return found;
}

function splitAtCommas(tokens: readonly PythonToken[]): readonly (readonly PythonToken[])[] {
  const found: PythonToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += bracket(token);
    if (depth === 0 && token.text === ',' && token.kind === 'operator') found.push([]);
    else found.at(-1)!.push(token);
  }
  return found.filter((part) => part.length > 0);
}

/** Joined to one line: an expression in brackets may span several. */
function textOf(text: string, tokens: readonly PythonToken[]): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined ? '' : text.slice(first.start, last!.end).replace(/\s*\n\s*/g, ' ');
}
