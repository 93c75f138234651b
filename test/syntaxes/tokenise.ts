/** Runs a TextMate grammar as an editor does, as far as ours need it: match, captures, begin and end, includes of the own repository. */
import { readFileSync } from 'node:fs';

interface Rule {
  readonly name?: string;
  readonly include?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly patterns?: readonly Rule[];
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
}
type Captures = Readonly<Record<string, { readonly name?: string; readonly patterns?: readonly Rule[] }>>;

export interface Grammar {
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

export interface Token {
  readonly text: string;
  /** The innermost last. */
  readonly scopes: readonly string[];
}

export function readGrammar(name: string): Grammar {
  const file = new URL(`../../syntaxes/${name}.tmLanguage.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Grammar;
}

/** A rule that has begun, with the end that its begin asks for. */
interface Open {
  readonly rule: Rule;
  readonly end: RegExp;
}

/** The tokens of each line; text without a scope is left out. */
export function tokenise(grammar: Grammar, text: string): Token[][] {
  const run = new Run(grammar);
  return text.split('\n').map((line) => run.line(`${line}\n`));
}

class Run {
  private readonly open: Open[] = [];
  constructor(private readonly grammar: Grammar) {}

  line(line: string): Token[] {
    const scopes: string[][] = Array.from(line, () => []);
    for (let at = 0; at <= line.length; ) at = this.step(line, at, scopes);
    return joined(line, scopes);
  }

  /** From `at` to the end of the next match. An end that is as near as a rule wins. */
  private step(line: string, at: number, scopes: string[][]): number {
    const top = this.open.at(-1);
    const end = top && search(top.end, line, at);
    const next = this.nearest(top?.rule.patterns ?? this.grammar.patterns, line, at);
    const open = this.open.flatMap(({ rule }) => rule.name ?? []);
    if (end && (next === undefined || end.index <= next.match.index)) {
      mark(scopes, at, end.index + end[0].length, open);
      this.capture(end, top.rule.endCaptures, line, scopes);
      this.open.pop();
      return end.index + end[0].length;
    }
    if (next === undefined) {
      mark(scopes, at, line.length, open);
      return line.length + 1;
    }
    const { rule, match } = next;
    const to = match.index + match[0].length;
    mark(scopes, at, to, open);
    mark(scopes, match.index, to, rule.name === undefined ? [] : [rule.name]);
    this.capture(match, rule.captures ?? rule.beginCaptures, line, scopes);
    if (rule.end !== undefined) this.open.push({ rule, end: endOf(rule.end, match) });
    else if (match[0] === '')
      throw new Error(`${rule.match} matches nothing at ${JSON.stringify(line.slice(at))}`);
    return to;
  }

  private nearest(rules: readonly Rule[], line: string, at: number) {
    let best: { readonly rule: Rule; readonly match: RegExpExecArray } | undefined;
    for (const rule of this.flat(rules)) {
      const match = search(new RegExp((rule.match ?? rule.begin)!, 'dgm'), line, at);
      if (match && (best === undefined || match.index < best.match.index)) best = { rule, match };
    }
    return best;
  }

  private flat(rules: readonly Rule[]): Rule[] {
    return rules.flatMap((rule) => {
      if (rule.include === undefined)
        return rule.match === undefined && !rule.begin ? this.flat(rule.patterns!) : [rule];
      const found = this.grammar.repository[rule.include.slice(1)];
      if (found === undefined) throw new Error(`${this.grammar.scopeName} has no ${rule.include}`);
      return this.flat([found]);
    });
  }

  /** Patterns of a capture see the line up to its end. */
  private capture(match: RegExpExecArray, captures: Captures = {}, line: string, scopes: string[][]): void {
    for (const [group, { name, patterns }] of Object.entries(captures)) {
      const [from, to] = match.indices?.[Number(group)] ?? [0, 0];
      if (name !== undefined) mark(scopes, from, to, name.split(' '));
      if (patterns === undefined) continue;
      const text = line.slice(0, to);
      for (let at = from; at < to; ) {
        const next = this.nearest(patterns, text, at);
        if (next === undefined) break;
        const { index, 0: word } = next.match;
        if (next.rule.name !== undefined) mark(scopes, index, index + word.length, [next.rule.name]);
        at = index + word.length;
      }
    }
  }
}

function search(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}

/** `\1` in an end is what its begin captured. */
function endOf(end: string, match: RegExpExecArray): RegExp {
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(
    end.replace(/\\(\d)/g, (_, group: string) => escaped(match[Number(group)] ?? '')),
    'dgm',
  );
}

function mark(scopes: string[][], from: number, to: number, names: readonly string[]): void {
  for (const here of scopes.slice(from, to)) here.push(...names);
}

function joined(line: string, scopes: readonly string[][]): Token[] {
  const tokens: { text: string; scopes: readonly string[] }[] = [];
  for (const [at, here] of scopes.entries()) {
    const last = tokens.at(-1);
    if (last !== undefined && String(last.scopes) === String(here)) last.text += line[at];
    else tokens.push({ text: line[at]!, scopes: here });
  }
  return tokens.filter(({ text, scopes: here }) => text.trim() !== '' && here.length > 0);
}
