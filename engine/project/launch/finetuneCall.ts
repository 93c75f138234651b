/** A call of `regrip finetune`: its config, its overrides and what trains. */
import { type Field, shownText, textOf } from '../shell/expansion.js';
import type { Launch } from './launch.js';

export interface FinetuneCall {
  readonly config: Field;
  readonly overrides: readonly Field[];
  readonly trainer: Launch['trainer'];
}

/** Options whose value is the next word. */
const VALUED: ReadonlySet<string> = new Set([
  ...['--old-ckpt', '--map', '--init', '--runner', '--python', '--train-script', '--on-nan'],
  ...['--run-dir', '--backend'],
]);
/** With these it does something else than train. */
const NO_TRAINING: ReadonlySet<string> = new Set(['--write-script', '--help', '-h']);
const TRAINERS = ['builtin', 'torch', 'python'] as const;

/** `fields` follow the program's name. Undefined where it trains nothing. */
export function finetuneCall(fields: readonly Field[]): FinetuneCall | undefined {
  if (fields[0] === undefined || textOf(fields[0]) !== 'finetune') return undefined;
  const operands: Field[] = [];
  let trainer: Launch['trainer'] = 'builtin';
  for (let index = 1; index < fields.length; index += 1) {
    const field = fields[index]!;
    const [name, value] = optionOf(field);
    if (name === '--') {
      operands.push(...fields.slice(index + 1));
      break;
    }
    if (NO_TRAINING.has(name)) return undefined;
    if (!name.startsWith('-')) operands.push(field);
    else if (VALUED.has(name)) {
      const next = fields[value === undefined ? ++index : index];
      if (name === '--runner') trainer = trainerOf(value ?? (next && textOf(next)));
    }
  }
  const [config, ...overrides] = operands;
  return config === undefined ? undefined : { config, overrides, trainer };
}

/** An option's name as it is documented, and the value that is joined to it; any other word as its own name. */
function optionOf(field: Field): readonly [name: string, value: string | undefined] {
  const [, name, value] = /^(--?[\w-]*)(?:=(.*))?$/s.exec(shownText(field)) ?? [];
  return [name === undefined ? shownText(field) : name.replaceAll('_', '-'), value];
}

function trainerOf(text: string | undefined): Launch['trainer'] {
  return TRAINERS.find((each) => each === text) ?? 'unknown';
}
