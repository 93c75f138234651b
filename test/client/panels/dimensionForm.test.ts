/** The rows of the form, and the `--map` that they are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  droppedOf,
  type FormRow,
  isSame,
  mapText,
  oldNames,
  problemsOf,
  rowsOf,
  runsOf,
  withName,
  withSource,
  withSuggestion,
} from '../../../client/panels/dimensionForm.js';
import { dimensionMap } from '../../../engine/judge/adapt/dimensionMap.js';
import { addMap } from '../../../engine/judge/adapt/mapEntry.js';

/** `pose0 pose1 gripper- -3`: a name, and the old dimension or `-`. */
const rows = (text: string): FormRow[] =>
  text.split(' ').map((word) => {
    const [, name, from] = /^([^\d-]*)(\d+|-)$/.exec(word)!;
    return { name: name!, from: from === '-' ? null : Number(from) };
  });
const side = (...ranges: [name: string | undefined, width: number][]) => {
  let start = 0;
  const placed = ranges.map(([name, width]) => {
    const range = { ...(name !== undefined && { name }), start, width };
    start += width;
    return range;
  });
  return { width: start, ranges: placed };
};

test('a plan as rows, and the names of the old dimensions', () => {
  const now = side(['pose', 2], ['gripper', 1], [undefined, 1]);
  expect(rowsOf({ new: now, from: [0, 1, null, 2] })).toEqual(rows('pose0 pose1 gripper- 2'));
  expect(oldNames({ old: side(['pose', 2], [undefined, 1], ['grip', 1]) })).toEqual([
    'pose[0]',
    'pose[1]',
    '',
    'grip',
  ]);
});

describe('a change', () => {
  test('takes an old dimension from the row that has it, which gets the other one', () => {
    expect(withSource(rows('0 1 2 -'), 0, 2)).toEqual(rows('2 1 0 -'));
    expect(withSource(rows('0 1 2 -'), 3, 1)).toEqual(rows('0 - 2 1'));
    expect(withSource(rows('0 - -'), 0, null)).toEqual(rows('- - -'));
  });

  test('never continues an old dimension twice', () => {
    const changes = fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(5))), { maxLength: 30 });
    fc.assert(
      fc.property(changes, (all) => {
        const made = all.reduce(
          (before, [index, from]) => withSource(before, index, from),
          rows('0 1 2 3 4 -'),
        );
        const sources = made.flatMap(({ from }) => (from === null ? [] : [from]));
        expect(new Set(sources).size).toBe(sources.length);
      }),
    );
  });

  test('of a name is without the spaces around it', () => {
    expect(withName(rows('0 1'), 1, ' grip ')).toEqual(rows('0 grip1'));
  });

  test('that a suggestion makes', () => {
    const old = side(['pose', 2], ['grip', 1]);
    expect(withSuggestion(rows('pose0 pose1 gripper-'), { old }, 'gripper=grip')).toEqual(
      rows('pose0 pose1 gripper2'),
    );
    expect(withSuggestion(rows('arm- arm- gripper2'), { old }, 'arm=0:2')).toEqual(
      rows('arm0 arm1 gripper2'),
    );
    expect(withSuggestion(rows('a0'), { old }, 'b=grip')).toEqual(rows('a0'));
  });
});

test('what nothing continues is dropped', () => {
  expect(droppedOf(rows('2 - 0'), 4)).toEqual([1, 3]);
  expect(isSame(rows('a0'), rows('a0')) && !isSame(rows('a0'), rows('b0')) && !isSame(rows('a0'), [])).toBe(
    true,
  );
});

describe('problems', () => {
  const kinds = (text: string, told = '') =>
    problemsOf(rows(text), told === '' ? [] : rows(told)).map(({ kind, index }) => `${kind} ${index}`);

  test.each([
    ['none', 'pose0 pose1 gripper-', []],
    ['two parts of one name', 'a0 b1 a2', ['apart 2']],
    ['a part from two places', 'a1 a0 b2', ['scattered 1']],
    ['partly new', 'a0 a- b2', ['scattered 1']],
  ])('%s', (_, text, expected) => expect(kinds(text)).toEqual(expected));

  test.each(['a b', 'a=b', 'a:b', 'a,b', 'a@1', '12', 'new'])('%s is no name', (name) => {
    expect(problemsOf([{ name, from: 0 }], []).map(({ kind }) => kind)).toEqual(['name']);
  });

  test('the new config may name a part that comes from several places', () => {
    expect(kinds('a1 a0', 'a0 a1')).toEqual([]);
  });
});

describe('the map', () => {
  test.each([
    ['pose0 pose1 gripper-', 'pose=0:2,gripper=new'],
    ['0 1 -', '0:2=0:2,2=new'],
    ['left- left- right0', 'left=new:2,right=0'],
    ['right2 right3 left0 left1', 'right=2:4,left=0:2'],
    ['a1 a0', '0=1,1=0'],
    ['- - 0', '0:2=new,2=0'],
  ])('%s is %s', (text, map) => expect(mapText('action', rows(text))).toBe(map));

  test('of an observation begins with its name', () => {
    expect(mapText('agent_pos', rows('0 -'))).toBe('agent_pos: 0=0,1=new');
  });

  test('says to the engine what the rows say', () => {
    const shuffled = fc.integer({ min: 1, max: 6 }).chain((old) =>
      fc.tuple(
        fc.constant(old),
        fc.shuffledSubarray([...Array(old).keys()]).chain((kept) =>
          fc
            .array(fc.tuple(fc.constantFrom('', 'a', 'b', 'c'), fc.boolean()), {
              minLength: 1,
              maxLength: 8,
            })
            .map((words) =>
              words.map(
                ([name, isNew], index): FormRow => ({ name, from: isNew ? null : (kept[index] ?? null) }),
              ),
            ),
        ),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([old, made]) => {
        fc.pre(problemsOf(made, []).length === 0);
        const field = {
          field: 'action',
          old: side([undefined, old]).ranges,
          now: side([undefined, made.length]).ranges,
        };
        const map = dimensionMap(field, addMap(mapText('action', made)).get('action'));
        expect(map.from).toEqual(made.map(({ from }) => from));
        expect(rowsOf({ new: { width: made.length, ranges: map.now }, from: map.from })).toEqual(made);
      }),
    );
  });

  test('its runs are the rows, each once', () => {
    const row = fc.record({ name: fc.constantFrom('', 'a', 'b'), from: fc.option(fc.nat(9)) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (made) => {
        const again = runsOf(made).flatMap(({ name, width, from }) =>
          Array.from({ length: width }, (_, step) => ({ name, from: from === null ? null : from + step })),
        );
        expect(again).toEqual(made);
      }),
    );
  });
});
