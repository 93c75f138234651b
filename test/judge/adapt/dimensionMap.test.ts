/** Which old dimension each new one continues. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dimensionMap } from '../../../engine/judge/adapt/dimensionMap.js';
import { addMap } from '../../../engine/judge/adapt/mapEntry.js';
import { type Dimensions, laidOut, type Run, unnamed } from '../../../engine/judge/policy/dimensions.js';

type Side = number | readonly (Run | readonly [string, number])[];

function side(of: Side): Dimensions {
  if (typeof of === 'number') return unnamed(of);
  return laidOut(of.map((run) => ('width' in run ? run : { name: run[0], width: run[1] })));
}

function mapped(old: Side, now: Side, map?: string) {
  const entries = map === undefined ? [] : addMap(map).get('action')!;
  return dimensionMap({ field: 'action', old: side(old), now: side(now) }, entries);
}

/** `0-6 . 7-13 .`: runs of old dimensions, a dot for a new one. */
function short(old: Side, now: Side, map?: string): string {
  const words: string[] = [];
  let run: [number, number] | undefined;
  const flush = () => run && words.push(run[0] === run[1] ? String(run[0]) : `${run[0]}-${run[1]}`);
  for (const from of mapped(old, now, map).from) {
    if (run !== undefined && from === run[1] + 1) run[1] = from;
    else {
      flush();
      run = from === null ? undefined : [from, from];
      if (from === null) words.push('.');
    }
  }
  flush();
  return words.join(' ');
}

const names = (of: Dimensions) => of.map(({ name, width }) => `${name ?? ''}:${width}`).join(' ');

describe('without a map', () => {
  it.each<[Side, Side, string]>([
    [7, 8, '0-6 .'],
    [8, 7, '0-6'],
    [[['pose', 7]], 8, '0-6 .'],
    [
      7,
      [
        ['gripper', 1],
        ['pose', 7],
      ],
      '0-6 .',
    ],
  ])('%j to %j by position', (old, now, expected) => {
    expect(short(old, now)).toBe(expected);
    expect(mapped(old, now).by).toBe('position');
  });

  it.each<[string, Side, Side, string]>([
    [
      'in the middle',
      [
        ['left', 7],
        ['right', 7],
      ],
      [
        ['left', 7],
        ['left_gripper', 1],
        ['right', 7],
        ['right_gripper', 1],
      ],
      '0-6 . 7-13 .',
    ],
    [
      'swapped',
      [
        ['left', 2],
        ['right', 2],
      ],
      [
        ['right', 2],
        ['left', 2],
      ],
      '2-3 0-1',
    ],
    [
      'dropped',
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ],
      [
        ['a', 1],
        ['c', 1],
      ],
      '0 2',
    ],
    [
      'one name does not become another',
      [
        ['pose', 7],
        ['gripper', 1],
      ],
      [
        ['pose', 7],
        ['camera', 1],
      ],
      '0-6 .',
    ],
    [
      'a part without a name goes on around the names',
      [['pose', 3], { width: 2 }],
      [['pose', 3], { width: 3 }],
      '0-4 .',
    ],
    [
      'of another width',
      [
        ['pos', 3],
        ['rot', 4],
      ],
      [
        ['pos', 3],
        ['rot', 6],
      ],
      '0-2 . . . . . .',
    ],
  ])('equal names: %s', (_name, old, now, expected) => {
    expect(short(old, now)).toBe(expected);
    expect(mapped(old, now).by).toBe('names');
  });

  it('a rotation of another form starts anew, and says why', () => {
    const { from, lost } = mapped(
      [['pos', 3], { name: 'rot', width: 3, rotation: 'axis-angle' }],
      [['pos', 3], { name: 'rot', width: 3, rotation: 'Euler angles' }],
    );
    expect(from).toEqual([0, 1, 2, null, null, null]);
    expect(lost.map(({ index }) => index)).toEqual([3, 4, 5]);
    expect(lost[0]!.why).toContain(
      'a rotation as axis-angle in the old policy and as Euler angles in the new one',
    );
  });
});

describe('a rotation', () => {
  const sixD: Side = [['position', 3], { name: 'rotation_6d', width: 6 }, ['gripper', 1]];

  it('is not continued in part by its place alone', () => {
    expect(short(8, sixD)).toBe('0-2 . . . . . . .');
    expect(mapped(8, sixD).lost[0]).toEqual({
      index: 3,
      why: 'the new policy has a rotation as 6-D in its place, which the old one has not',
    });
    expect(short(10, sixD)).toBe('0-9');
    expect(short(9, sixD)).toBe('0-8 .');
    expect(short(8, sixD, 'rotation_6d=new,gripper=7')).toBe('0-2 . . . . . . 7');
  });

  it('of another name and form has a reason why it is gone', () => {
    const { lost, from } = mapped(
      [
        ['position', 3],
        ['quat', 4],
        ['gripper', 1],
      ],
      sixD,
    );
    expect(from).toEqual([0, 1, 2, null, null, null, null, null, null, 7]);
    expect(lost.map(({ index }) => index)).toEqual([3, 4, 5, 6]);
    expect(lost[0]!.why).toContain('a rotation as quaternion in the old policy and as 6-D in the new one');
  });

  it('of another form is not continued, even where a map says so', () =>
    expect(
      short(
        [3, 4].map((width, at) => ({ width, ...(at === 1 && { name: 'quat' }) })),
        7,
        'p=0:3,axis_angle=3:6,x=6',
      ),
    ).toBe('0-2 . . . 6'));
});

describe('with a map', () => {
  it.each<[string, Side, Side, string, string, string]>([
    ['append', 7, 8, 'pose=0:7,gripper=new', '0-6 .', 'pose:7 gripper:1'],
    ['append in short', 7, 8, 'gripper=new', '0-6 .', ':7 gripper:1'],
    [
      'two arms',
      14,
      16,
      'left=0:7,left_gripper=new,right=7:14,right_gripper=new',
      '0-6 . 7-13 .',
      'left:7 left_gripper:1 right:7 right_gripper:1',
    ],
    [
      'two arms in short',
      14,
      16,
      'left_gripper@7,right_gripper@15',
      '0-6 . 7-13 .',
      ':7 left_gripper:1 :7 right_gripper:1',
    ],
    ['the last place is new by itself', 14, 16, 'left_gripper@7=new', '0-6 . 7-13 .', ':7 left_gripper:1 :8'],
    ['in front', 7, 8, 'gripper@0=new', '. 0-6', 'gripper:1 :7'],
    ['arms swapped', 14, 14, 'right=7:14,left=0:7', '7-13 0-6', 'right:7 left:7'],
    ['arms swapped by index', 14, 14, '0:7=7:14,7:14=0:7', '7-13 0-6', ':14'],
    [
      'old names',
      [
        ['l', 2],
        ['r', 2],
      ],
      4,
      'r,l',
      '2-3 0-1',
      'r:2 l:2',
    ],
    [
      'new names',
      7,
      [
        ['gripper', 1],
        ['pose', 7],
      ],
      'pose=0:7',
      '. 0-6',
      'gripper:1 pose:7',
    ],
    [
      'another name',
      [
        ['left', 2],
        ['right', 2],
      ],
      [
        ['a', 2],
        ['b', 2],
      ],
      'a=right,b=left',
      '2-3 0-1',
      'a:2 b:2',
    ],
    [
      'against the name',
      [
        ['pose', 7],
        ['gripper', 1],
      ],
      [
        ['pose', 7],
        ['gripper', 1],
      ],
      'gripper=new',
      '0-6 .',
      'pose:7 gripper:1',
    ],
    ['dropped', 8, 7, 'pose=0:7', '0-6', 'pose:7'],
    ['the first dropped', 8, 7, '0:7=1:8', '1-7', ':7'],
    ['a wide one at its place', 7, 13, 'hand@7:13=new', '0-6 . . . . . .', ':7 hand:6'],
    ['a wide one behind', 7, 13, 'hand=new:6', '0-6 . . . . . .', ':7 hand:6'],
    ['what changes the order names all that is kept', 4, 4, '0=3', '3 . . .', ':4'],
    ['names of the old policy go on', [['pose', 7]], 8, 'gripper=new', '0-6 .', 'pose:7 gripper:1'],
  ])('%s', (_name, old, now, map, expected, named) => {
    expect(short(old, now, map)).toBe(expected);
    const made = mapped(old, now, map);
    expect(names(made.now)).toBe(named);
    expect(made.by).toBe('map');
  });

  it.each<[string, Side, Side, string, string]>([
    [
      'an old index',
      7,
      8,
      'pose=0:9',
      'asks for old dimension 8, but the old action has 7 dimensions (0 to 6)',
    ],
    ['a new index', 7, 8, 'pose@2=0:7', 'ends at 9, but the new action has 8 dimensions'],
    [
      'an overlap',
      7,
      8,
      '0:4=0:4,3:5=4:6',
      'one of the new dimensions 3 to 4 is given twice: by "0:4=0:4" and by "3:5=4:6"',
    ],
    [
      'two for one',
      7,
      8,
      'a=0:3,b=2:5,c=new:2',
      'one of the old dimensions 2 to 4 is continued twice: by "a=0:3" and by "b=2:5"',
    ],
    ['one for two', 7, 8, 'a=0:7,b=0', 'old dimension 0 is continued twice: by "a=0:7" and by "b=0"'],
    [
      'an unknown old name',
      [['pose', 7]],
      8,
      'pose=pos',
      'the old action has no pos (it has pose); did you mean pose?',
    ],
    ['no old names', 7, 8, 'x=pose', 'has no pose: nothing says what its dimensions are called'],
    [
      'an unknown new name',
      7,
      [
        ['pose', 7],
        ['gripper', 1],
      ],
      'griper=new',
      'the new action has no griper (it has pose, gripper); did you mean gripper?',
    ],
    [
      'another place than the config’s',
      7,
      [
        ['pose', 7],
        ['gripper', 1],
      ],
      'gripper@0=new',
      'the new config has gripper at 7',
    ],
    [
      'widths',
      7,
      [
        ['pose', 7],
        ['gripper', 1],
      ],
      'pose=0:6',
      'gives 6 dimensions to 7 dimensions of the new action',
    ],
    [
      'a gap',
      14,
      16,
      'left=0:7,left_gripper=new,right=7:14',
      'names 15 of 16 dimensions of the new action, so it does not say where "left=0:7" stands',
    ],
    ['a name twice', 7, 8, 'a=0:3,a=3:6,b=new:2', 'a is named twice'],
    ['no room', 8, 8, 'gripper=new', 'there is no room for "gripper=new"'],
  ])('%s is refused', (_name, old, now, map, why) => expect(() => mapped(old, now, map)).toThrow(why));

  it('what is lost is told', () => {
    expect(mapped(8, 7, 'pose=0:7').lost).toEqual([{ index: 7 }]);
    expect(mapped(4, 4, '0=3').lost.map(({ index }) => index)).toEqual([0, 1, 2]);
  });
});

describe('any map', () => {
  const permutation = fc
    .integer({ min: 1, max: 12 })
    .chain((count) => fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }));

  it('and its inverse put everything back', () => {
    fc.assert(
      fc.property(permutation, (order) => {
        const there = order.map((from, to) => `${to}=${from}`).join(',');
        const back = order.map((from, to) => `${from}=${to}`).join(',');
        const [first, second] = [
          mapped(order.length, order.length, there),
          mapped(order.length, order.length, back),
        ];
        expect(first.from).toEqual(order);
        expect(second.from.map((at) => first.from[at!])).toEqual([...order.keys()]);
        expect(first.lost).toEqual([]);
      }),
    );
  });

  it('takes each old dimension once at most, tells every other as lost, and invents none', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }));
    const pair = ([old, now]: [number, number]) =>
      fc.tuple(
        fc.constant(old),
        fc.constant(now),
        fc.shuffledSubarray([...Array(old).keys()], { maxLength: Math.min(old, now) }),
        fc.shuffledSubarray([...Array(now).keys()]),
      );
    fc.assert(
      fc.property(sizes.chain(pair), ([old, now, sources, places]) => {
        const given = places.map((place, index) => [place, sources[index] ?? null] as const);
        const text = given.map(([place, from]) => `${place}=${from ?? 'new'}`).join(',');
        const { from, lost } = mapped(old, now, text === '' ? undefined : text);
        for (const [place, source] of given) expect(from[place]).toBe(source);
        const kept = from.filter((source) => source !== null);
        expect(new Set(kept).size).toBe(kept.length);
        expect([...kept, ...lost.map(({ index }) => index)].sort((a, b) => a - b)).toEqual([
          ...Array(old).keys(),
        ]);
      }),
    );
  });

  it('that names whole runs by their old names is the same as by their indices', () => {
    const widths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
    const shuffled = widths.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, order]) => {
        const old = all.map((width, index) => [`n${index}`, width] as const);
        const total = all.reduce((sum, width) => sum + width, 0);
        const start = (index: number) => all.slice(0, index).reduce((sum, width) => sum + width, 0);
        const byName = mapped(old, total, order.map((index) => `n${index}`).join(','));
        const byIndex = order.map((index) => `n${index}=${start(index)}:${start(index) + all[index]!}`);
        expect(byName.from).toEqual(mapped(total, total, byIndex.join(',')).from);
        const byConfig = mapped(
          old,
          order.map((index) => old[index]!),
        );
        expect(byConfig.from).toEqual(byName.from);
      }),
    );
  });
});

it('a width that only a slip makes costs no more than its length', () => {
  const many = 1 << 20;
  const { from, lost } = mapped(many, many - 1, 'first@0=new');
  expect([from[0], from[1], from.at(-1), lost.length]).toEqual([null, 0, many - 3, 2]);
});
