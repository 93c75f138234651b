/** Overrides below a launch that no longer belong to it, because its command ended before them. */

import type { ShellCommand } from '../shell/syntax.js';
import type { TextRange } from '../textRange.js';
import type { ScriptProblem } from './launch.js';

/** What distinguishes a config key from a variable or a program: dots, `+`, `~`; or one of Hydra's flags. */
const OVERRIDE = /^(?:(?:\+\+?|~)[\w./@-]+(?:=|$)|[\w/@-]+(?:\.[\w@-]+)+=|--config-|--multirun\b)/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
const MAX_NAMED = 3;
/** How many lines after a launch are examined, and how many characters may lie between two of them. */
const MAX_LINES = 200;
const MAX_BETWEEN = 2000;

/** At most one finding: at the comment that ended the launch, otherwise at what was lost. */
export function orphanProblems(
  commands: readonly ShellCommand[],
  index: number,
  text: string,
): ScriptProblem[] {
  const source = ({ start, end }: TextRange) => text.slice(start, end);
  const { comment } = commands[index]!;
  const isEnd = comment !== undefined && (comment.isContinued || source(comment).trimEnd().endsWith('\\'));
  const orphans = orphansAfter(commands, index, text, isEnd);
  if (orphans.length === 0) return [];
  const more = orphans.length > MAX_NAMED ? ` and ${orphans.length - MAX_NAMED} more` : '';
  const named = orphans.slice(0, MAX_NAMED).map(source).join(', ') + more;
  const are = orphans.length === 1 ? 'is' : 'are';
  if (isEnd) {
    const message = `The command ends at this comment, so ${named} below ${are} not passed. Move the comment above the command.`;
    return [{ range: { start: comment.start, end: comment.end }, message }];
  }
  const message = `The command ended before this line, so ${named} ${are} not passed. End each line before it with a backslash, with nothing after it.`;
  return [{ range: { start: orphans[0]!.start, end: orphans.at(-1)!.end }, message }];
}

/** The words of the commands directly after, as long as they consist only of overrides. */
function orphansAfter(
  commands: readonly ShellCommand[],
  index: number,
  text: string,
  isSure: boolean,
): readonly TextRange[] {
  const orphans: TextRange[] = [];
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
