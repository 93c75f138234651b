/** The words of a shell script: quotes, escapes and expansions, with the position of each character. */
import type { TextRange } from '../textRange.js';

/** What a word is made of. Literal text stands for itself, character by character, except for an escape, which is a piece of its own. */
export type Piece = TextRange &
  (
    | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
    /** `needsValue`: `${NAME:-…}` and the like, which give NAME's value unless that is empty. */
    | {
        readonly kind: 'variable';
        readonly name: string;
        readonly isQuoted: boolean;
        readonly needsValue: boolean;
        /** What replaces an empty value: `${NAME:-text}`; undefined where there is none or it is not plain text. */
        readonly fallback?: string;
      }
    /** `${NAME[@]}`; the name `@` stands for the script's own arguments. */
    | { readonly kind: 'array'; readonly name: string; readonly isQuoted: boolean }
    /** The script's own folder, followed by `below`. */
    | { readonly kind: 'scriptFolder'; readonly below: string }
    /** `{a,b}`, which becomes several words. */
    | { readonly kind: 'braces'; readonly text: string }
    /** Command substitution, arithmetic and other expansions; `name` where one variable is in it. */
    | { readonly kind: 'unknown'; readonly name: string | undefined }
  );

export interface Word extends TextRange {
  readonly pieces: readonly Piece[];
}

/** A cursor in the script's text, which the parser and the word reader move in turn. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** Substitutions in strings in substitutions: far above real scripts; stops a stack overflow. */
const MAX_DEPTH = 64;
/** A substitution that names the script's folder is short. */
const MAX_FOLDER_TEXT = 200;
const END_OF_WORD = new Set([' ', '\t', '\r', '\n', ';', '|', '&', '(', ')', '<', '>']);

const PLAIN = /[^\\'"$`{ \t\r\n;|&()<>]+/y;
const PLAIN_IN_QUOTES = /[^"\\$`]+/y;
const BRACES = /\{[^{}\s'"$`\\;|&()<>]*\}/y;
const PARAMETER = /[A-Za-z_]\w*|[0-9]+|[@*#?$!-]/y;
const SHORT_PARAMETER = /[A-Za-z_]\w*|[0-9@*#?$!-]/y;
const FALLBACK = /:?[-=?]/y;
const SELF = String.raw`"?(?:\$0|\$\{0\}|\$BASH_SOURCE|\$\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})"?`;
const SELF_PATH = String.raw`(?:${SELF}|"?\$\((?:readlink -f|realpath)\s+(?:--\s+)?${SELF}\)"?)`;
const FOLDER = String.raw`\$\(dirname\s+(?:--\s+)?${SELF_PATH}\)`;
const ENTERED = String.raw`\$\(cd\s+(?:-P\s+)?(?:--\s+)?"?${FOLDER}"?((?:/[\w.-]+)*)/?"?\s*(?:>\s*/dev/null(?:\s+2>&1)?\s*)?&&\s*pwd(?:\s+-P)?\s*\)`;
const SCRIPT_FOLDER = new RegExp(`^(?:${FOLDER}|${ENTERED})$`);

export function sticky(pattern: RegExp, { text, at }: Cursor): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

export class Words {
  private depth = 0;
  private readonly lastBacktick: number;

  /** `commands` reads the commands of a substitution, up to its closing parenthesis. */
  constructor(
    private readonly cursor: Cursor,
    private readonly commands: () => void,
  ) {
    this.lastBacktick = cursor.text.lastIndexOf('`');
  }

  /** The word at the cursor, which must not be at the end of one. */
  read(): Word {
    const start = this.cursor.at;
    const pieces: Piece[] = [];
    if (/^[<>]\($/.test(this.text.slice(start, start + 2))) pieces.push(this.substitution(false));
    while (this.cursor.at < this.text.length && !END_OF_WORD.has(this.here))
      if (this.here === '"') this.inDoubleQuotes(pieces);
      else this.outsideQuotes(pieces);
    return { start, end: this.cursor.at, pieces };
  }

  isEndOfWord(): boolean {
    return this.cursor.at >= this.text.length || END_OF_WORD.has(this.here);
  }

  /** Skips `\` and the line end after it. */
  skipContinuation(): boolean {
    const [found] = /^\\\r?\n/.exec(this.text.slice(this.cursor.at, this.cursor.at + 3)) ?? [''];
    this.cursor.at += found.length;
    return found !== '';
  }

  private get text(): string {
    return this.cursor.text;
  }

  private get here(): string {
    return this.text[this.cursor.at]!;
  }

  private outsideQuotes(pieces: Piece[]): void {
    switch (this.here) {
      case '\\':
        if (!this.skipContinuation()) pieces.push(this.escaped(false));
        return;
      case "'":
        pieces.push(this.inSingleQuotes(1));
        return;
      case '$':
        this.expansion(pieces, false);
        return;
      case '`':
        pieces.push(this.backticks(false));
        return;
      case '{':
        pieces.push(this.braces());
        return;
      default:
        pieces.push(this.literal(sticky(PLAIN, this.cursor)!, false));
    }
  }

  private inDoubleQuotes(pieces: Piece[]): void {
    const before = pieces.length;
    this.cursor.at += 1;
    const start = this.cursor.at;
    while (this.cursor.at < this.text.length && this.here !== '"') {
      if (this.here === '$') this.expansion(pieces, true);
      else if (this.here === '`') pieces.push(this.backticks(true));
      else if (this.here !== '\\') pieces.push(this.literal(sticky(PLAIN_IN_QUOTES, this.cursor)!, true));
      else if (!this.skipContinuation()) pieces.push(this.escaped(true));
    }
    if (this.cursor.at < this.text.length) this.cursor.at += 1;
    // An empty text is still a word.
    if (pieces.length === before) pieces.push({ kind: 'text', text: '', isQuoted: true, start, end: start });
  }

  private inSingleQuotes(opening: number): Piece {
    const start = this.cursor.at + opening;
    const closing = this.text.indexOf("'", start);
    const end = closing < 0 ? this.text.length : closing;
    this.cursor.at = Math.min(end + 1, this.text.length);
    return { kind: 'text', text: this.text.slice(start, end), isQuoted: true, start, end };
  }

  private literal(text: string, isQuoted: boolean): Piece {
    const start = this.cursor.at;
    this.cursor.at += text.length;
    return { kind: 'text', text, isQuoted, start, end: this.cursor.at };
  }

  /** In double quotes a backslash is literal before most characters. */
  private escaped(inQuotes: boolean): Piece {
    const start = this.cursor.at;
    const next = this.text[start + 1] ?? '';
    const isEscape = next !== '' && (!inQuotes || '$`"\\'.includes(next));
    if (!isEscape) return this.literal('\\', inQuotes);
    this.cursor.at += 2;
    return { kind: 'text', text: next, isQuoted: true, start, end: this.cursor.at };
  }

  private expansion(pieces: Piece[], isQuoted: boolean): void {
    const next = this.text[this.cursor.at + 1];
    if (next === '"' && !isQuoted) {
      this.cursor.at += 1;
      this.inDoubleQuotes(pieces);
    } else pieces.push(this.expanded(next, isQuoted));
  }

  private expanded(next: string | undefined, isQuoted: boolean): Piece {
    const start = this.cursor.at;
    if (next === "'" && !isQuoted) return this.ansiQuotes();
    if (next === '(') return this.text[start + 2] === '(' ? this.arithmetic(1) : this.substitution(isQuoted);
    if (next === '{') return this.deeper(isQuoted, () => this.parameter(isQuoted));
    this.cursor.at += 1;
    const name = sticky(SHORT_PARAMETER, this.cursor);
    this.cursor.at += name?.length ?? -1;
    return name === undefined ? this.literal('$', isQuoted) : this.variable(name, start, isQuoted);
  }

  private variable(name: string, start: number, isQuoted: boolean): Piece {
    const range = { start, end: this.cursor.at };
    if (name === '@' || name === '*') return { kind: 'array', name: '@', isQuoted, ...range };
    if (/^[?$!-]$/.test(name)) return { kind: 'unknown', name: undefined, ...range };
    return { kind: 'variable', name, isQuoted, needsValue: false, ...range };
  }

  /** `$'…'`: its escapes are not interpreted. */
  private ansiQuotes(): Piece {
    const start = this.cursor.at;
    let end = start + 2;
    while (end < this.text.length && this.text[end] !== "'") end += this.text[end] === '\\' ? 2 : 1;
    if (!this.text.slice(start, end).includes('\\')) return this.inSingleQuotes(2);
    this.cursor.at = Math.min(end + 1, this.text.length);
    return { kind: 'unknown', name: undefined, start, end: this.cursor.at };
  }

  private deeper(isQuoted: boolean, read: () => Piece): Piece {
    if (this.depth >= MAX_DEPTH) return this.literal(this.here, isQuoted);
    this.depth += 1;
    const piece = read();
    this.depth -= 1;
    return piece;
  }

  /** `$(…)`, `<(…)` and `>(…)`. */
  private substitution(isQuoted: boolean): Piece {
    const start = this.cursor.at;
    return this.deeper(isQuoted, () => {
      this.cursor.at += 2;
      this.commands();
      if (this.here === ')') this.cursor.at += 1;
      return this.folderOr(start, this.text.slice(start, Math.min(this.cursor.at, start + MAX_FOLDER_TEXT)));
    });
  }

  private backticks(inQuotes: boolean): Piece {
    const start = this.cursor.at;
    if (start >= this.lastBacktick) return this.literal('`', inQuotes);
    let end = start + 1;
    while (end < this.lastBacktick && this.text[end] !== '`') end += this.text[end] === '\\' ? 2 : 1;
    this.cursor.at = Math.min(end + 1, this.text.length);
    return this.folderOr(start, `$(${this.text.slice(start + 1, Math.min(end, start + MAX_FOLDER_TEXT))})`);
  }

  private folderOr(start: number, source: string): Piece {
    const range = { start, end: this.cursor.at };
    const found = SCRIPT_FOLDER.exec(source);
    return found === null
      ? { kind: 'unknown', name: undefined, ...range }
      : { kind: 'scriptFolder', below: found[1] ?? '', ...range };
  }

  /** `$((…))` or, with no `opening`, `((…))`: up to its closing parenthesis, on its line. */
  arithmetic(opening: 0 | 1): Piece {
    const start = this.cursor.at;
    this.cursor.at += opening;
    let open = 0;
    while (this.cursor.at < this.text.length && this.here !== '\n') {
      if (this.here === '(') open += 1;
      if (this.here === ')') open -= 1;
      this.cursor.at += 1;
      if (open === 0) break;
    }
    return { kind: 'unknown', name: undefined, start, end: this.cursor.at };
  }

  private braces(): Piece {
    const start = this.cursor.at;
    const whole = sticky(BRACES, this.cursor);
    if (whole === undefined || !/,|\.\./.test(whole)) return this.literal('{', false);
    this.cursor.at += whole.length;
    return { kind: 'braces', text: whole, start, end: this.cursor.at };
  }

  /** `${NAME}`, `${NAME[@]}`, `${NAME:-fallback}`; for anything else only the end is found. */
  private parameter(isQuoted: boolean): Piece {
    const start = this.cursor.at;
    this.cursor.at += 2;
    const name = sticky(PARAMETER, this.cursor);
    this.cursor.at += name?.length ?? 0;
    const rest = this.text.slice(this.cursor.at, this.cursor.at + 4);
    const isArray = (isQuoted ? /^\[@\]\}/ : /^\[[@*]\]\}/).test(rest); // "${NAME[*]}" is one word
    const operator = name === undefined ? undefined : sticky(FALLBACK, this.cursor);
    const inside = this.cursor.at + (operator?.length ?? 0);
    this.skipParameter();
    const range = { start, end: this.cursor.at };
    if (name === undefined) return { kind: 'unknown', name, ...range };
    if (isArray) return { kind: 'array', name, isQuoted, ...range };
    if (rest.startsWith('}')) return this.variable(name, start, isQuoted);
    if (operator !== undefined) {
      const fallback = /-$/.test(operator) ? fallbackText(this.text.slice(inside, range.end)) : undefined;
      return {
        kind: 'variable',
        name,
        isQuoted,
        needsValue: true,
        ...(fallback !== undefined && { fallback }),
        ...range,
      };
    }
    if (/^(?:0|BASH_SOURCE)$/.test(name) && rest.startsWith('%/*}'))
      return { kind: 'scriptFolder', below: '', ...range };
    return { kind: 'unknown', name: /^\w/.test(name) ? name : undefined, ...range }; // of ${#NAME} the # is not a variable
  }

  /** Moves past the closing brace; where it is missing, to the end of the line. */
  private skipParameter(): void {
    while (this.cursor.at < this.text.length && this.here !== '\n') {
      const char = this.here;
      if (char === '$') this.expansion([], true);
      else if (char === '"') this.inDoubleQuotes([]);
      else if (char === '`') this.backticks(true);
      else this.cursor.at += char === '\\' ? 2 : 1;
      if (char === '}') return;
    }
    this.cursor.at = Math.min(this.cursor.at, this.text.length);
  }
}

/** Of `text}`, in quotes or without; undefined where something in it is expanded. */
function fallbackText(text: string): string | undefined {
  const [, plain, quoted] = /^(?:([^\\'"$`{}~]*)|["']([^\\'"$`{}]*)["'])\}$/.exec(text) ?? [];
  return plain ?? quoted;
}
