/** How foreign values are shown in messages: short at any depth, without control characters. */
import { jsonText } from './jsonText.js';
import { fixed } from './numberText.js';

const MAX_SHOWN = 80;
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is its purpose
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text of a file with control characters and bidirectional control characters escaped; line feeds and tabs stay. */
export function printable(text: string): string {
  return text.replace(CONTROL, escaped);
}

/** Characters without a visible form: controls, line ends, bidirectional controls, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const UNSEEN_OR_SPACE = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/gu;
const MAX_LINE = 200; // four times the longest key of a policy

/** Characters of a whole message of ours in one line: room for the list of policy classes. */
export const MAX_MESSAGE = 1000;

/** Text of a file, shown within one line of at most `most` characters. */
export function shownLine(text: string, most = MAX_LINE): string {
  return cut(onOneLine(text.slice(0, most + 1)), most);
}

/** The same at full length, for text that is meant to be copied. */
export function onOneLine(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** A file name as one word, without spaces that could make part of it read as something else. */
export function shownName(name: string): string {
  return cut(name.slice(0, MAX_LINE + 1).replace(UNSEEN_OR_SPACE, escaped)) || '""';
}

function cut(text: string, most = MAX_LINE): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/** For a person: `12 kB`, `214 MB`, `2.6 GB`. */
export function sizeText(bytes: number): string {
  if (bytes <= 999e3) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 999.5e6 ? `${Math.round(bytes / 1e6)} MB` : fixed(bytes / 1e9, 1, ' GB');
}

const NOT_FINITE = /\{"\$numberDouble":"(NaN|-?Infinity)"\}/g;

/** A JSON or config value of a file; NaN is shown by name. A value nested thousands deep has no text, because its writer recurses. */
export function shownJson(value: unknown): string {
  try {
    return printable(valueText(value).slice(0, MAX_SHOWN));
  } catch (error) {
    if (error instanceof RangeError) return 'a value nested too deeply to show';
    throw error;
  }
}

/** The same at full length. */
export function valueText(value: unknown): string {
  return value === undefined ? 'missing' : jsonText(value).replace(NOT_FINITE, '$1');
}
