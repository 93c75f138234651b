/** Reads a shell script into its simple commands. Text that a shell would refuse is read as far as it makes sense. */
import { type Frame, Nesting } from './nesting.js';
import {
  type Assignment,
  type CommandComment,
  DECLARES,
  plainText,
  type ShellCommand,
  splitAssignment,
} from './syntax.js';
import { type Cursor, sticky, type Word, Words } from './words.js';

interface Found extends ShellCommand {
  isAside: boolean;
}

type Parts = Pick<ShellCommand, 'start' | 'end' | 'assignments' | 'words' | 'comment'>;

interface Heredoc {
  readonly delimiter: string;
  readonly isIndented: boolean;
}

const OPERATOR = /&&|\|\||\|&|;;&|;;|;&|[;&|]/y;
const REDIRECTION = /&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||[<>]/y;
const BLANKS = /[ \t\r]+/y;
const COMMENT = /#[^\n]*/y;
const PARENTHESES = /[ \t]*\([ \t]*\)/y;
const OPENS = { if: 'if', while: 'loop', until: 'loop', '{': 'group' } as const;
const CLOSES = { fi: 'if', done: 'loop', esac: 'case', '}': 'group' } as const;
const GOES_ON: ReadonlySet<string> = new Set(['then', 'else', 'elif', 'do', '!']);

export function parseShell(text: string): readonly ShellCommand[] {
  const parser = new Parser(text);
  parser.commands(false);
  return parser.found;
}

class Parser {
  readonly found: Found[] = [];
  private readonly cursor: Cursor;
  private readonly words: Words;
  private readonly nesting = new Nesting();
  private readonly heredocs: Heredoc[] = [];
  private isConditional = false;
  private isPiped = false;
  /** How many commands were found when the last operator was read. */
  private foundAtOperator = -1;

  constructor(private readonly text: string) {
    this.cursor = { text, at: 0 };
    this.words = new Words(this.cursor, () => this.substituted());
  }

  /** To the end of the text, or to the parenthesis that closes a substitution. */
  commands(isSubstitution: boolean): void {
    const floor = this.nesting.depth;
    for (this.gap(); this.cursor.at < this.text.length; this.gap()) {
      const top = this.nesting.depth > floor ? this.nesting.top : undefined;
      if (top?.atPattern) this.pattern(top);
      else if (this.here === ')') {
        if (top === undefined && isSubstitution) break;
        if (top?.kind === 'subshell') this.nesting.pop();
        this.cursor.at += 1;
      } else if (this.here === '(') this.parenthesis();
      else if (this.isRedirection()) this.redirection();
      else if (/[;&|]/.test(this.here)) this.operator(top);
      else this.simple(floor);
    }
    this.nesting.popTo(floor);
  }

  private substituted(): void {
    const { isConditional, isPiped } = this;
    const { isFunctionNext } = this.nesting;
    this.isConditional = this.isPiped = this.nesting.isFunctionNext = false;
    this.nesting.push('substitution');
    this.commands(true);
    this.nesting.pop();
    this.nesting.isFunctionNext = isFunctionNext;
    this.isConditional = isConditional;
    this.isPiped = isPiped;
  }

  private get here(): string {
    return this.text[this.cursor.at]!;
  }

  /** Spaces, line ends, comments and the contents of here-documents between commands. */
  private gap(): void {
    for (;;) {
      if (this.blanks() || this.skip(COMMENT)) continue;
      if (this.here !== '\n') return;
      this.lineEnd();
      // After `&&` and the like the list continues on the next line.
      this.isConditional = this.isConditional && this.foundAtOperator === this.found.length;
    }
  }

  private blanks(): boolean {
    return this.skip(BLANKS) || this.words.skipContinuation();
  }

  private skip(pattern: RegExp): boolean {
    const found = sticky(pattern, this.cursor);
    this.cursor.at += found?.length ?? 0;
    return found !== undefined;
  }

  private lineEnd(): void {
    this.cursor.at += 1;
    for (const { delimiter, isIndented } of this.heredocs.splice(0)) {
      while (this.cursor.at < this.text.length) {
        const end = this.text.indexOf('\n', this.cursor.at);
        const line = this.text.slice(this.cursor.at, end < 0 ? undefined : end).replace(/\r$/, '');
        this.cursor.at = end < 0 ? this.text.length : end + 1;
        if ((isIndented ? line.replace(/^\t+/, '') : line) === delimiter) break;
      }
    }
  }

  private parenthesis(): void {
    if (this.text.startsWith('((', this.cursor.at)) {
      this.words.arithmetic(0);
      return;
    }
    this.nesting.push('subshell');
    this.cursor.at += 1;
  }

  private operator(top: Frame | undefined): void {
    const operator = sticky(OPERATOR, this.cursor)!;
    this.cursor.at += operator.length;
    if (top?.kind === 'case' && operator.length > 1 && operator.startsWith(';')) top.atPattern = true;
    const last = this.found.at(-1);
    this.isPiped = operator === '|' || operator === '|&';
    if (last !== undefined && (this.isPiped || operator === '&')) last.isAside = true;
    this.isConditional = operator === '&&' || operator === '||' || (this.isPiped && this.isConditional);
    this.foundAtOperator = this.found.length;
  }

  private pattern(frame: Frame): void {
    const isOpen = this.here === '(';
    if (isOpen) this.cursor.at += 1;
    while (this.cursor.at < this.text.length && this.here !== ')' && this.here !== '\n') {
      if (this.blanks()) continue;
      if (this.words.isEndOfWord()) this.cursor.at += 1;
      else if (plainText(this.words.read()) === 'esac' && !isOpen) {
        this.nesting.pop();
        return;
      }
    }
    if (this.here !== ')') return;
    this.cursor.at += 1;
    frame.atPattern = false;
    this.isConditional = false;
  }

  private isRedirection(): boolean {
    return sticky(REDIRECTION, this.cursor) !== undefined && !this.isProcess();
  }

  /** `<(…)` and `>(…)` are words. */
  private isProcess(): boolean {
    return /^[<>]\($/.test(this.text.slice(this.cursor.at, this.cursor.at + 2));
  }

  private isWord(): boolean {
    return this.isProcess() || !this.words.isEndOfWord();
  }

  private redirection(): void {
    const operator = sticky(REDIRECTION, this.cursor)!;
    this.cursor.at += operator.length;
    while (this.blanks());
    if (!this.isWord()) return;
    const target = this.words.read();
    if (operator !== '<<' && operator !== '<<-') return;
    const source = ({ start, end }: { start: number; end: number }) => this.text.slice(start, end);
    const parts = target.pieces.map((piece) => (piece.kind === 'text' ? piece.text : source(piece)));
    this.heredocs.push({ delimiter: parts.join(''), isIndented: operator === '<<-' });
  }

  /** A command with its words up to an operator or the end of its line. */
  private simple(floor: number): void {
    const start = this.cursor.at;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    let comment: CommandComment | undefined;
    let end = start;
    while (comment === undefined) {
      const isContinued = this.between();
      if (this.here === '#') comment = this.comment(isContinued);
      else if (this.isRedirection()) this.redirection();
      else if (!this.isWord()) break;
      else {
        const word = this.words.read();
        const isFirst = words.length === 0 && assignments.length === 0;
        if (isFirst && this.isOwnSyntax(plainText(word), floor)) return;
        const takes = words.length === 0 || DECLARES.has(plainText(words[0]!) ?? '');
        const assignment = takes ? this.assignment(word) : undefined;
        if (assignment !== undefined) assignments.push(assignment);
        else if (!this.isDescriptor(word)) words.push(word);
        end = this.cursor.at;
      }
    }
    this.record({ start, end, assignments, words, comment });
  }

  /** Whether the space between two words crosses a line end. */
  private between(): boolean {
    let isContinued = false;
    for (;;) {
      if (this.words.skipContinuation()) isContinued = true;
      else if (!this.skip(BLANKS)) return isContinued;
    }
  }

  private comment(isContinued: boolean): CommandComment {
    const start = this.cursor.at;
    this.skip(COMMENT);
    return { start, end: this.cursor.at, isContinued };
  }

  private record(parts: Parts): void {
    this.nesting.isFunctionNext = false;
    const surroundings = { ...this.nesting.surroundings, isConditional: this.isConditional };
    if (parts.words.length > 0 || parts.assignments.length > 0)
      this.found.push({ ...parts, surroundings, isAside: this.isPiped });
    this.isPiped = false;
  }

  /** The number in front of a redirection. */
  private isDescriptor({ start, end }: Word): boolean {
    return /[<>]/.test(this.here ?? '') && /^\d+$/.test(this.text.slice(start, end));
  }

  private assignment(word: Word): Assignment | undefined {
    const split = splitAssignment(word);
    if (split === undefined) return undefined;
    const { name, isAppended, value } = split;
    const isArray = value.pieces.length === 0 && this.here === '(';
    const assigned = isArray
      ? ({ kind: 'array', words: this.array() } as const)
      : ({ kind: 'word', word: value } as const);
    return { name, isAppended, value: assigned, start: word.start, end: this.cursor.at };
  }

  private array(): Word[] {
    const words: Word[] = [];
    this.cursor.at += 1;
    while (this.cursor.at < this.text.length && this.here !== ')') {
      if (this.blanks() || this.skip(COMMENT)) continue;
      if (this.here === '\n') this.lineEnd();
      else if (this.words.isEndOfWord()) break;
      else words.push(this.words.read());
    }
    if (this.here === ')') this.cursor.at += 1;
    return words;
  }

  /** Whether a command's first word is one of the shell's own, or names a function; what belongs to it is read. */
  private isOwnSyntax(word: string | undefined, floor: number): boolean {
    if (word === undefined) return false;
    if (Object.hasOwn(OPENS, word)) this.nesting.push(OPENS[word as keyof typeof OPENS]);
    else if (Object.hasOwn(CLOSES, word)) this.nesting.close(CLOSES[word as keyof typeof CLOSES], floor);
    else if (word === 'for' || word === 'select') this.loop();
    else if (word === 'case') this.openCase();
    else if (word === 'function') this.namedFunction();
    else if (word === '[[') this.condition();
    else if (this.skip(PARENTHESES)) this.nesting.isFunctionNext = true;
    else if (!GOES_ON.has(word)) return false;
    // The contents of a compound command are known by its block; after `]]` and `!` the list continues.
    if (word !== '[[' && word !== '!') this.isConditional = false;
    return true;
  }

  private loop(): void {
    this.nesting.push('loop');
    while (this.blanks());
    if (this.text.startsWith('((', this.cursor.at)) {
      this.words.arithmetic(0);
      return;
    }
    const start = this.cursor.at;
    const name = this.isWord() ? plainText(this.words.read()) : undefined;
    this.restOfLine();
    if (name === undefined) return;
    const end = start + name.length;
    const assigned = { name, isAppended: false, value: undefined, start, end };
    this.record({ start, end, assignments: [assigned], words: [], comment: undefined });
  }

  /** Skips the words up to an operator or the end of the line. */
  private restOfLine(): void {
    for (;;) {
      if (this.blanks() || this.skip(COMMENT)) continue;
      if (!this.isWord()) return;
      this.words.read();
    }
  }

  private openCase(): void {
    while (this.blanks());
    if (this.isWord()) this.words.read();
    this.gap();
    if (this.isWord()) this.words.read(); // in
    this.nesting.push('case');
  }

  private namedFunction(): void {
    while (this.blanks());
    if (this.isWord()) this.words.read();
    this.skip(PARENTHESES);
    this.nesting.isFunctionNext = true;
  }

  /** `[[ … ]]`, which has its own operators; an unclosed one ends with its line. */
  private condition(): void {
    while (this.cursor.at < this.text.length && this.here !== '\n') {
      if (this.blanks()) continue;
      if (this.words.isEndOfWord()) this.cursor.at += 1;
      else if (plainText(this.words.read()) === ']]') return;
    }
  }
}
