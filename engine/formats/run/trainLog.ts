/** `logs.json.txt`, as upstream's logger writes it: a JSON object of numbers a line, with Python's NaN and Infinity. */
import { withoutMark } from '../../base/byteOrderMark.js';

/** What the builtin runner may log; which of the samples' numbers there are hangs on the policy. */
export const BUILTIN_KEYS = /^(?:train_loss|global_step|epoch|lr|train_action_mse_error|val_\w+)$/;

export type LogLine = Readonly<Record<string, number>>;

/** Undefined for an incomplete line, which a killed run leaves at the end, and for anything else that is not an object. Keeps only numbers. */
export function parseLogLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(withoutMark(text).replace(BARE, quoted));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).flatMap(([key, found]) => numberEntry(key, found)));
  } catch {
    return undefined;
  }
}

/** Texts, which stay, and the values that Python writes and JSON lacks. */
const BARE = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g;
const quoted = (found: string) => (found.startsWith('"') ? found : `"${found}"`);
const NOT_FINITE = new Set<unknown>(['NaN', 'Infinity', '-Infinity']);

function numberEntry(key: string, found: unknown): (readonly [string, number])[] {
  if (typeof found === 'number') return [[key, found]];
  return NOT_FINITE.has(found) ? [[key, Number(found)]] : [];
}

const STEP_KEYS: ReadonlySet<string> = new Set(['train_loss', 'global_step', 'epoch', 'lr']);

/** Whether a line holds more than each step logs: such a line ends an epoch, and its `train_loss` is the epoch's mean. */
export function saysMoreThanStep(line: LogLine): boolean {
  return Object.keys(line).some((key) => !STEP_KEYS.has(key));
}

/** Without the line's end. */
export function logLineText(line: LogLine): string {
  const entries = Object.entries(line).map(([key, value]) => {
    const text = Number.isFinite(value) ? JSON.stringify(value) : String(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `{${entries.join(', ')}}`;
}
