/** The working folder of a shell script at each of its commands. */
import { isAbsolute, join, normalize } from 'node:path';
import { expand, type Known, textOf } from './expansion.js';
import { plainText, type ShellCommand } from './syntax.js';

/**
 * Follows `cd` at the top level, and inside parentheses up to their end. A relative folder is resolved against the script's own,
 * where scripts are usually started. Any other change makes the folder unknown from there on.
 */
export class WorkingFolder {
  private outside: string | undefined;
  private inside: string | undefined;
  private block = 0;
  private isInside = false;

  constructor(private readonly known: Known) {}

  /** Undefined for the user's current folder, or where it is unknown. */
  get path(): string | undefined {
    return this.isInside ? this.inside : this.outside;
  }

  /** Call it for each command in turn, once the variables have the values that the command sees. */
  enter(command: ShellCommand): void {
    const { block, isInSubshell } = command.surroundings;
    if (block !== this.block || isInSubshell !== this.isInside) this.inside = this.outside;
    this.block = block;
    this.isInside = isInSubshell;
    const program = command.words[0] && plainText(command.words[0]);
    if (program === 'cd' || program === 'pushd') this.change(command);
    else if (program === 'popd') this.set(undefined);
  }

  private change(command: ShellCommand): void {
    const { block, isConditional, isInFunction, isInSubshell } = command.surroundings;
    const isCertain = !isConditional && !command.isAside && !isInFunction && (block === 0 || isInSubshell);
    const words = command.words.slice(1).filter((word) => !/^-[LPe-]?$/.test(plainText(word) ?? ''));
    const fields = words.flatMap((word) => expand(word, this.known));
    const target = fields.length === 1 ? textOf(fields[0]!) : undefined;
    if (!isCertain || target === undefined || target === '-') this.set(undefined);
    else
      this.set(
        isAbsolute(target) ? normalize(target) : join(this.path ?? this.known.scriptFolder ?? '', target),
      );
  }

  private set(path: string | undefined): void {
    if (this.isInside) this.inside = path;
    else this.outside = path;
  }
}
