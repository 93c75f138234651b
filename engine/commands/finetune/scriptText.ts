/** The text of a launch script: what it sets, what it needs before the training, and the training. */
import { commandLine, quoted } from '../../base/shell.js';
import { onOneLine } from '../../base/shown.js';

export interface ScriptText {
  /** What it does, a line each. */
  readonly heading: readonly string[];
  /** Where it starts. */
  readonly folder: string;
  readonly environment: readonly Variable[];
  /** What starts Regrip's command line, its file last; undefined where the script needs none, or has to take the one on PATH. */
  readonly regrip: readonly string[] | undefined;
  /** What must be there before the training. */
  readonly needed?: Needed | undefined;
  readonly training: Step;
}

export interface Variable {
  readonly name: string;
  /** Undefined for a secret, which the user's own environment has to hold. */
  readonly value: string | undefined;
}

interface Step {
  readonly about: readonly string[];
  /** The program first. */
  readonly words: readonly string[];
}

type Needed = { readonly file: string; readonly about: readonly string[] } & (
  | { readonly folder: string; readonly words: readonly string[] }
  /** What the script says where the file is missing. */
  | { readonly refusal: string }
);

export function scriptText(script: ScriptText): string {
  const { heading, folder, environment, regrip, needed, training } = script;
  // A function of the script cannot replace the shell.
  const replaces = training.words[0] !== 'regrip';
  const paragraphs = [
    ['#!/usr/bin/env bash', ...comment(heading)],
    ['set -euo pipefail'],
    [...comment(['The training starts in this folder, from which its relative paths count.']), cd(folder)],
    environment.map(variableLine),
    regrip === undefined ? [] : regripLines(regrip),
    needed === undefined ? [] : [...comment(needed.about), ...neededLines(needed)],
    [...comment(training.about), `${replaces ? 'exec ' : ''}${callLines(training.words).join(' \\\n  ')}`],
  ];
  return `${paragraphs.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n')}\n`;
}

function comment(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${onOneLine(line)}`);
}

function cd(folder: string): string {
  return `cd ${quoted(folder)}`;
}

function variableLine({ name, value }: Variable): string {
  return value === undefined
    ? `: "\${${name}:?is not set, and the config needs it}"`
    : `export ${name}=${quoted(value)}`;
}

function regripLines(words: readonly string[]): string[] {
  return [
    ...comment(['The regrip that wrote this script; where it is gone, the one on PATH.']),
    `[ ! -e ${quoted(words.at(-1)!)} ] || regrip() { ${commandLine(words)} "$@"; }`,
  ];
}

function neededLines(needed: Needed): string[] {
  const steps =
    'refusal' in needed
      ? [`echo ${quoted(needed.refusal)} >&2`, 'exit 1']
      : [`mkdir -p ${quoted(needed.folder)}`, callLines(needed.words).join(' \\\n    ')];
  return [`if [ ! -e ${quoted(needed.file)} ]; then`, ...steps.map((step) => `  ${step}`), 'fi'];
}

/** The program with its command on the first line, then an option with its value, or any other word, on each. */
function callLines(words: readonly string[]): string[] {
  const lines = [words.slice(0, 2)];
  for (let index = 2; index < words.length; index += 1) {
    const word = words[index]!;
    const hasValue = /^--[a-z-]+$/.test(word) && index + 1 < words.length;
    lines.push(hasValue ? [word, words[++index]!] : [word]);
  }
  return lines.map(commandLine);
}
