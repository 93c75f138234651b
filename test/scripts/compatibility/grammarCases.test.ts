/** Overrides that are compared with Hydra: the same everywhere, and of all kinds. */
import { expect, test } from 'vitest';
import { grammarCases } from '../../../scripts/compatibility/grammarCases.js';

test('the same for a seed, others for another', () => {
  expect(grammarCases(300, 7)).toEqual(grammarCases(300, 7));
  expect(grammarCases(300, 7)).not.toEqual(grammarCases(300, 8));
});

test('none twice; more that are drawn come behind those that are known', () => {
  const [few, many] = [grammarCases(0, 7), grammarCases(2000, 7)];
  expect(new Set(many).size).toBe(many.length);
  expect(many.slice(0, few.length)).toEqual(few);
  expect(many.length).toBeGreaterThan(few.length + 1000);
});

test.each([/=\[/, /=\{/, /choice\(/, /range\(/, /sort\(/, /int\(/, /float\(/, /bool\(/, /str\(/])(
  'there are many with %s',
  (kind) => {
    expect(grammarCases(2000, 7).filter((each) => kind.test(each)).length).toBeGreaterThan(10);
  },
);
