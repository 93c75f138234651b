/** The records of each layout as steps: which key holds what. */
import type { ByteRange } from './jsonTokens.js';
import type { LogLayout } from './types.js';
import { isList, isMap, type LogValue, numbersOf, rangeOf } from './values.js';

/** The lists of records that a log can hold. */
export type Section = 'steps' | 'inputs' | 'outputs' | 'observations' | 'actions' | 'executed';

export const LAYOUT_OF: Readonly<Record<Section, LogLayout>> = {
  steps: 'steps',
  inputs: 'inputs/outputs',
  outputs: 'inputs/outputs',
  observations: 'trajectory_log',
  actions: 'trajectory_log',
  executed: 'trajectory_log',
};

export function isSection(name: string): name is Section {
  return Object.hasOwn(LAYOUT_OF, name);
}

/** A decoded record; what it lacks may come from the record that it belongs to. */
export interface StepRecord {
  readonly kind: 'answer' | 'executed' | 'observation';
  readonly step: number | undefined;
  readonly state: readonly number[] | undefined;
  /** Empty for an observation. */
  readonly action: readonly (readonly number[])[];
  readonly timing: ReadonlyMap<string, number>;
  readonly image: ByteRange | undefined;
}

const NO_TIMING: ReadonlyMap<string, number> = new Map();

/** Returns the record, or a text that says what is missing. */
export function decodeRecord(section: Section, value: LogValue): StepRecord | string {
  if (!isMap(value)) return `an entry of ${section} is not an object`;
  const step = value.get('step');
  if (step !== undefined && !Number.isSafeInteger(step)) return 'its step is not a whole number';
  const number = step as number | undefined;
  switch (section) {
    case 'steps': {
      const input = value.get('input');
      const given = isMap(input) ? input : NO_VALUES;
      return answer(
        number,
        rowsOf(value),
        numbersOf(given.get('state')),
        value,
        rangeOf(given.get('image_base64')),
      );
    }
    case 'outputs':
    case 'actions':
      return answer(number, rowsOf(value), undefined, value, undefined);
    case 'inputs':
      return observation(number, numbersOf(value.get('state')), rangeOf(value.get('image_base64')));
    case 'observations': {
      const [pose, gripper] = [numbersOf(value.get('pose')), numbersOf(value.get('gripper'))];
      return observation(number, pose && [...pose, ...(gripper ?? [])], undefined);
    }
    case 'executed':
      return executed(number, value);
  }
}

const NO_VALUES: ReadonlyMap<string, LogValue> = new Map();

function answer(
  step: number | undefined,
  action: number[][] | string,
  state: number[] | undefined,
  value: ReadonlyMap<string, LogValue>,
  image: ByteRange | undefined,
): StepRecord | string {
  if (typeof action === 'string') return action;
  return { kind: 'answer', step, state, action, timing: timingOf(value.get('timing')), image };
}

function observation(
  step: number | undefined,
  state: number[] | undefined,
  image: ByteRange | undefined,
): StepRecord {
  return { kind: 'observation', step, state, action: [], timing: NO_TIMING, image };
}

function executed(step: number | undefined, value: ReadonlyMap<string, LogValue>): StepRecord | string {
  const open = value.get('gripper_open');
  if (typeof open !== 'boolean' && typeof open !== 'number')
    return 'its gripper_open (true or false) is missing';
  const [position, quaternion] = [numbersOf(value.get('pos')), numbersOf(value.get('quat'))];
  if (position?.length !== 3 || quaternion?.length !== 4)
    return 'its pos of 3 or quat of 4 numbers is missing';
  const action = [[...position, ...quaternion, Number(open)]];
  return { kind: 'executed', step, state: undefined, action, timing: NO_TIMING, image: undefined };
}

/** The chunk (chunk, actionDim): `action.values`, `action` or `actions`; a single action is a chunk of one. */
function rowsOf(value: ReadonlyMap<string, LogValue>): number[][] | string {
  const action = value.get('action') ?? value.get('actions');
  const list = isMap(action) ? action.get('values') : action;
  if (!isList(list) || list.length === 0) return 'its action is missing';
  const rows = isList(list[0]) ? list.map(numbersOf) : [numbersOf(list)];
  const width = rows[0]?.length ?? 0;
  if (width === 0 || rows.some((row) => row?.length !== width))
    return 'its action is not a table of numbers (chunk × values)';
  return rows as number[][];
}

/** Older logs give seconds, newer ones name milliseconds in the key; what was not measured (null) is left out. */
function timingOf(value: LogValue | undefined): ReadonlyMap<string, number> {
  if (!isMap(value)) return NO_TIMING;
  const timing = new Map<string, number>();
  for (const [name, time] of value) {
    if (typeof time !== 'number') continue;
    if (name.endsWith('_ms')) timing.set(name.slice(0, -'_ms'.length), time / 1000);
    else timing.set(name, time);
  }
  return timing;
}
