/**
 * The one place where text leaves for a terminal. Keys, file names, headers and errors of other programs come with whatever they hold;
 * past here there is no control character but line feed and tab, no change of the writing direction, and of escape sequences only ours.
 */
import { onOneLine, printable } from './shown.js';

declare const SAFE: unique symbol;
/** Text that `terminalText` has passed: what writes to a terminal takes no other. */
export type TerminalText = string & { readonly [SAFE]: true };

/** Back to the beginning of the line, which is cleared: a progress line begins with it. */
export const REWRITE = '\r\x1b[K';
/** Green, yellow, red, and back. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const COLOUR = /(\x1b\[(?:3[1-3]|0)m)/;

interface TerminalAbilities {
  /** Whether a line may be rewritten. */
  readonly rewrites?: boolean | undefined;
  readonly colours?: boolean | undefined;
}

export function terminalText(text: string, { rewrites, colours }: TerminalAbilities = {}): TerminalText {
  const isRewrite = rewrites === true && text.startsWith(REWRITE);
  const rest = isRewrite ? text.slice(REWRITE.length) : text;
  // Every second part is a separator.
  const parts =
    colours === true
      ? rest.split(COLOUR).map((part, i) => (i % 2 === 1 ? part : printable(part)))
      : [printable(rest)];
  return `${isRewrite ? REWRITE : ''}${parts.join('')}` as TerminalText;
}

/** A line of a log: `text` cannot begin another one, a stack's lines follow indented. */
export function logLine(text: string): TerminalText {
  return `${indentedLines(text)}\n` as TerminalText;
}

/** Text of several lines whose further ones are indented: none can pass for a message of its own. */
export function indentedLines(text: string): string {
  return text
    .split('\n')
    .map((line) => onOneLine(line))
    .join('\n    ');
}

/** Where a process writes what has passed. */
export const stdout = (text: TerminalText): void => void process.stdout.write(text);
export const stderr = (text: TerminalText): void => void process.stderr.write(text);
