/** Typed reads of a config: what is taken, and how an error names the place, what was found and what was expected. */
import { describe, expect, it } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import {
  booleanAt,
  countAt,
  lastName,
  mapAt,
  numberAt,
  numbersAt,
  PolicyConfigError,
  shapeAt,
  textAt,
} from '../../../engine/judge/policy/config.js';

const config = {
  policy: { layers: 8, rate: new PyFloat(2), on: true, name: 'x', off: null, sizes: [3, 4], odd: [1, 'x'] },
};
const path = (name: string) => ['policy', name];
const range = { least: 1, most: 16 };

it('takes what is there, and what otherwise counts where it is not', () => {
  expect(countAt(config, path('layers'), range)).toBe(8);
  expect(countAt(config, path('other'), { ...range, otherwise: 4 })).toBe(4);
  expect(numberAt(config, path('rate'))).toBe(2);
  expect(numberAt(config, path('other'), 0.5)).toBe(0.5);
  expect(booleanAt(config, path('on'), false)).toBe(true);
  expect(booleanAt(config, path('other'), true)).toBe(true);
  expect(textAt(config, path('name'))).toBe('x');
  expect(shapeAt(config, path('sizes'), 2, 10)).toEqual([3, 4]);
  expect(numbersAt(config, path('sizes'), 2)).toEqual([3, 4]);
  expect(mapAt(config, ['policy'])).toBe(config.policy);
});

describe('an error names the dotted path, what was found and what was expected', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    [
      'a count beyond its range',
      () => countAt(config, path('layers'), { least: 1, most: 4 }),
      'policy.layers is 8, expected a whole number from 1 to 4',
    ],
    [
      'an integral float as a count',
      () => countAt(config, path('rate'), range),
      'policy.rate is 2.0, expected a whole number from 1 to 16',
    ],
    [
      'a count that is null',
      () => countAt(config, path('off'), { ...range, least: 0 }),
      'policy.off is null, expected a whole number from 0 to 16',
    ],
    [
      'text as a number',
      () => numberAt(config, path('name')),
      'policy.name is "x", expected a finite number',
    ],
    [
      'a number as a switch',
      () => booleanAt(config, path('layers'), true),
      'policy.layers is 8, expected true or false',
    ],
    [
      'a list of another length',
      () => shapeAt(config, path('sizes'), 3, 10),
      'policy.sizes is [3,4], expected a list of 3 positive whole numbers',
    ],
    [
      'one entry of a list',
      () => shapeAt(config, path('sizes'), 2, 3),
      'policy.sizes.1 is 4, expected a whole number from 1 to 3',
    ],
    [
      'text among numbers',
      () => numbersAt(config, path('odd'), 2),
      'policy.odd is [1,"x"], expected a list of 2 finite numbers',
    ],
    [
      'what is missing, with the part that is',
      () => textAt({}, ['policy', 'a', 'b']),
      'policy.a.b is missing (there is no policy), expected text',
    ],
    [
      'a number where a mapping must be',
      () => mapAt({ policy: 3 }, ['policy']),
      'policy is 3, expected a mapping',
    ],
  ];
  it.each(cases)('%s', (_, read, message) => {
    expect(read).toThrow(PolicyConfigError);
    expect(read).toThrow(message);
  });

  it('long values are cut', () => {
    const long = { policy: { layers: 'x'.repeat(500) } };
    expect(() => countAt(long, path('layers'), range)).toThrow(/^policy\.layers is "x{70,}…, expected/);
  });

  it('a whole section that is missing may mean that a group was given', () => {
    const hint = (read: () => unknown) => {
      try {
        return read();
      } catch (error) {
        return (error as PolicyConfigError).hint;
      }
    };
    expect(hint(() => mapAt({}, ['policy']))).toContain('primary config');
    expect(hint(() => textAt(config, path('absent')))).toBeUndefined();
  });
});

it.each([
  ['a.b.Policy', 'Policy'],
  ['Policy', 'Policy'],
  ['a.', ''],
])('the last name of %s is %j', (target, name) => expect(lastName(target)).toBe(name));
