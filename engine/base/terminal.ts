/**
 * The one place where text leaves for a terminal. Keys, file names, headers and other programs' errors may hold anything; past
 * here the only control characters are line feed and tab, there are no bidirectional controls, and the only escape sequences are ours.
 */
import { onOneLine, printable } from './shown.js';

declare const SAFE: unique symbol;
/** Text that `terminalText` has passed; writers to a terminal accept no other. */
export type TerminalText = string & { readonly [SAFE]: true };

/** Returns to the start of the line and clears it; every progress line begins with it. */
export const REWRITE = '\r\x1b[K';
/** Green, yellow, red, and reset. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is its purpose
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

/** One log entry: `text` cannot start another one; the lines of a stack follow indented. */
export function logLine(text: string): TerminalText {
  return `${indentedLines(text)}\n` as TerminalText;
}

/** Text of several lines, all but the first indented, so that none can pass for a message of its own. */
export function indentedLines(text: string): string {
  return text
    .split('\n')
    .map((line) => onOneLine(line))
    .join('\n    ');
}

/** Where a process writes the text that has passed. */
export const stdout = (text: TerminalText): void => void process.stdout.write(text);
export const stderr = (text: TerminalText): void => void process.stderr.write(text);
