/** What the variables of a shell script are known to hold at each command, without running it. */
import { assignedParts, expand, type Field, type Known, type Part, textOf } from './expansion.js';
import { type Assignment, DECLARES, plainText, type ShellCommand } from './syntax.js';

type Value =
  | { readonly kind: 'text'; readonly parts: readonly Part[] }
  | { readonly kind: 'array'; readonly fields: readonly Field[] };

/** Builtins that set the variables that their arguments name. */
const SETTERS: ReadonlySet<string> = new Set([
  'read',
  'mapfile',
  'readarray',
  'getopts',
  'printf',
  'unset',
  'let',
]);

/** Total characters that all expansions of a script may produce: scripts produce thousands; stops values that double themselves. */
const MAX_EXPANDED = 1 << 18;

/**
 * Follows the assignments in the order of the text. One at the top level, outside conditions, pipes and functions, gives a value;
 * any other makes its variable unknown from the start of the construct that contains it. Sourced or evaluated scripts are assumed to leave the variables alone: they activate environments.
 */
export class Variables implements Known {
  private readonly values = new Map<string, Value>();
  private readonly exported = new Set<string>();
  /** Set by a function, which may be called at any time. */
  private readonly unsteady = new Set<string>();
  private readonly lastSet = new Map<string, number>();
  private readonly setInBlock = new Map<number, ShellCommand[]>();
  private current: ShellCommand | undefined;
  private block = 0;
  private expanded = 0;
  /** Blocks that shift arguments: within them an argument differs each time. */
  private readonly shifting = new Set<number>();
  private wasAsked = false;

  /** `given`: the script's arguments; undefined where they are not known. */
  constructor(
    readonly text: string,
    commands: readonly ShellCommand[],
    readonly scriptFolder: string | undefined,
    private given: readonly string[] | undefined,
  ) {
    for (const command of commands) {
      if (changesArguments(command) && command.surroundings.block !== 0)
        this.shifting.add(command.surroundings.block);
      const names = namesSet(command);
      for (const name of names) this.lastSet.set(name, command.start);
      const { block } = command.surroundings;
      if (names.length === 0 || block === 0) continue;
      const before = this.setInBlock.get(block);
      if (before === undefined) this.setInBlock.set(block, [command]);
      else before.push(command);
    }
  }

  /** Moves to this command; later questions are about it. */
  enter(command: ShellCommand): void {
    this.current = command;
    const { block } = command.surroundings;
    if (block === this.block) return;
    this.block = block;
    for (const setter of this.setInBlock.get(block) ?? []) {
      for (const name of namesSet(setter)) {
        this.values.delete(name);
        if (setter.surroundings.isInFunction) this.unsteady.add(name);
      }
    }
  }

  /** The command has run. */
  leave(command: ShellCommand): void {
    if (programOf(command) === 'export') for (const name of exportedNames(command)) this.exported.add(name);
    const { block, isConditional } = command.surroundings;
    const isCertain = block === 0 && !isConditional && !command.isAside;
    if (changesArguments(command) && !command.surroundings.isInFunction)
      this.given = isCertain ? shifted(this.given, command) : undefined;
    if (isPersistent(command)) for (const assignment of command.assignments) this.set(assignment, isCertain);
    else for (const name of namesSet(command)) this.values.delete(name);
  }

  /** Whether an argument of the script took part in the answers so far. */
  get usesArguments(): boolean {
    return this.wasAsked;
  }

  /** A function has arguments of its own. */
  arguments(): readonly string[] | undefined {
    const { isInFunction, block } = this.current!.surroundings;
    if (isInFunction) return undefined;
    this.wasAsked = true;
    return this.shifting.has(block) ? undefined : this.given;
  }

  value(name: string): readonly Part[] | undefined {
    const value = this.steady(name);
    return value?.kind === 'text' && this.isAfforded(value.parts) ? value.parts : undefined;
  }

  elements(name: string): readonly Field[] | undefined {
    const value = this.steady(name);
    return value?.kind === 'array' && value.fields.every(({ parts }) => this.isAfforded(parts))
      ? value.fields
      : undefined;
  }

  private isAfforded(parts: readonly Part[]): boolean {
    for (const { shown } of parts) this.expanded += shown.length + 1;
    return this.expanded <= MAX_EXPANDED;
  }

  /** What the script adds to the environment of a program started now; undefined for an unknown value. */
  environment(): Record<string, string | undefined> {
    const found: Record<string, string | undefined> = {};
    for (const name of this.exported) found[name] = this.valueText(name);
    for (const { name, value } of this.current?.assignments ?? []) {
      const parts = value?.kind === 'word' ? assignedParts(value.word, this) : undefined;
      found[name] = parts && textOf({ parts });
    }
    return found;
  }

  private valueText(name: string): string | undefined {
    const parts = this.value(name);
    return parts && textOf({ parts });
  }

  /** A function may be called after anything that follows it. */
  private steady(name: string): Value | undefined {
    if (this.unsteady.has(name)) return undefined;
    const { surroundings, start } = this.current!;
    if (surroundings.isInFunction && (this.lastSet.get(name) ?? 0) > start) return undefined;
    return this.values.get(name);
  }

  private set({ name, isAppended, value }: Assignment, isCertain: boolean): void {
    const words = value?.kind === 'array' ? value.words.flatMap((word) => expand(word, this)) : undefined;
    const text = value?.kind === 'word' ? assignedParts(value.word, this) : undefined;
    const fieldsBefore = isAppended ? this.elements(name) : [];
    const textBefore = isAppended ? this.value(name) : [];
    this.values.delete(name);
    if (!isCertain) return;
    if (words !== undefined && fieldsBefore !== undefined)
      this.values.set(name, { kind: 'array', fields: [...fieldsBefore, ...words] });
    if (text !== undefined && textBefore !== undefined)
      this.values.set(name, { kind: 'text', parts: [...textBefore, ...text] });
  }
}

/** `shift`, `set -- …`. */
function changesArguments(command: ShellCommand): boolean {
  const program = programOf(command);
  return program === 'shift' || (program === 'set' && command.words.some((word) => plainText(word) === '--'));
}

function shifted(
  given: readonly string[] | undefined,
  { words }: ShellCommand,
): readonly string[] | undefined {
  const count = words[1] === undefined ? 1 : Number(plainText(words[1]));
  const isShift = words[0] !== undefined && plainText(words[0]) === 'shift';
  return isShift && Number.isInteger(count) ? given?.slice(count) : undefined;
}

function programOf({ words }: ShellCommand): string | undefined {
  return words[0] && plainText(words[0]);
}

/** Before a program, an assignment applies to that program only. */
function isPersistent(command: ShellCommand): boolean {
  return command.words.length === 0 || DECLARES.has(programOf(command) ?? '');
}

function namesSet(command: ShellCommand): readonly string[] {
  if (isPersistent(command)) return command.assignments.map(({ name }) => name);
  if (!SETTERS.has(programOf(command) ?? '')) return [];
  return command.words.slice(1).flatMap((word) => /^[A-Za-z_]\w*/.exec(plainText(word) ?? '')?.[0] ?? []);
}

function exportedNames({ assignments, words }: ShellCommand): readonly string[] {
  const named = words.slice(1).flatMap((word) => plainText(word) ?? []);
  return [...assignments.map(({ name }) => name), ...named.filter((word) => /^[A-Za-z_]\w*$/.test(word))];
}
