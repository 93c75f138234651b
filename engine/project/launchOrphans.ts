/** Overrides below a launch that no longer belong to it, because its command ended before them. */
import type { ScriptProblem } from './launch.js';
import type { ShellCommand } from './shellSyntax.js';

/** What a key of a config has and neither a variable nor a program: dots, `+`, `~`; or one of Hydra's flags. */
const OVERRIDE = /^(?:(?:\+\+?|~)[\w./@-]+(?:=|$)|[\w/@-]+(?:\.[\w@-]+)+=|--config-|--multirun\b)/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
const MAX_NAMED = 3;
/** Lines that one launch is followed over, and characters between two of them. */
const MAX_LINES = 200;
const MAX_BETWEEN = 2000;

export function orphanProblems(
  commands: readonly ShellCommand[],
  index: number,
  text: string,
): ScriptProblem[] {
  const launch = commands[index]!;
  const { comment } = launch;
  const endsLine =
    comment !== undefined &&
    (comment.isContinued || text.slice(comment.start, comment.end).trimEnd().endsWith('\\'));
  const orphans = orphansAfter(commands, index, text, endsLine);
  if (orphans.length === 0) return [];
  const named = orphans.slice(0, MAX_NAMED).map((orphan) => text.slice(orphan.start, orphan.end));
  const more = orphans.length > MAX_NAMED ? ` and ${orphans.length - MAX_NAMED} more` : '';
  const range = endsLine
    ? { start: comment.start, end: comment.end }
    : { start: orphans[0]!.start, end: orphans.at(-1)!.end };
  const lost = `${named.join(', ')}${more} below ${orphans.length === 1 ? 'is' : 'are'} not passed`;
  const message = endsLine
    ? `The command ends at this comment: ${lost}. Move the comment above the command.`
    : `The command ended before this line: ${lost.replace(' below', '')}. End each line before it with a backslash, and nothing behind that.`;
  return [{ range, message }];
}

interface Orphan {
  readonly start: number;
  readonly end: number;
}

/** The words of the commands right behind, as long as they are overrides alone. */
function orphansAfter(
  commands: readonly ShellCommand[],
  index: number,
  text: string,
  isSure: boolean,
): readonly Orphan[] {
  const orphans: Orphan[] = [];
  for (const [offset, command] of commands.slice(index + 1, index + 1 + MAX_LINES).entries()) {
    const before = commands[index + offset]!;
    const between = text.slice(before.comment?.end ?? before.end, command.start);
    if (between.length > MAX_BETWEEN) break;
    if (!/^[ \t\r\\]*\n\s*$/.test(between.replace(/^\s*#[^\n]*$/gm, ''))) break;
    const words = [...command.assignments, ...command.words].sort((a, b) => a.start - b.start);
    const isOrphan = words.every((word) => {
      const shown = text.slice(word.start, word.end).replace(/^["']/, '');
      return OVERRIDE.test(shown) || (isSure && ASSIGNMENT.test(shown));
    });
    if (!isOrphan) break;
    for (const { start, end } of words) orphans.push({ start, end });
  }
  return orphans;
}
