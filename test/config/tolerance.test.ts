import { expect, test } from 'vitest';
import { ConfigError } from '../../engine/config/configError.js';
import { attempt, attemptAsync, Collected, STRICT } from '../../engine/config/tolerance.js';

const problem = (subject = 'key') => new ConfigError({ code: 'hydra-key', subject, message: 'wrong' });
const failing = () => {
  throw problem();
};

test('where a run is at stake a problem is thrown', () => {
  expect(() => attempt(STRICT, failing, 1)).toThrow(ConfigError);
  expect(attempt(STRICT, () => 2, 1)).toBe(2);
});

test('else it is kept, and something stands in its place', async () => {
  const collected = new Collected();
  expect(attempt(collected, failing, 1)).toBe(1);
  expect(await attemptAsync(collected, async () => failing(), 2)).toBe(2);
  expect(await attemptAsync(collected, async () => 3, 2)).toBe(3);
  expect(collected.problems.map(({ code }) => code)).toEqual(['hydra-key', 'hydra-key']);
});

test('what is not a problem of the user is always thrown', async () => {
  const bug = () => {
    throw new TypeError('undefined is not a function');
  };
  expect(() => attempt(new Collected(), bug, 1)).toThrow(TypeError);
  await expect(attemptAsync(new Collected(), async () => bug(), 1)).rejects.toThrow(TypeError);
});

test('a config with problems without end keeps the first of them', () => {
  const collected = new Collected();
  for (let i = 0; i < 2000; i += 1) collected.report(problem(String(i)));
  expect(collected.problems.length).toBeLessThanOrEqual(1000);
  expect(collected.problems[0]!.subject).toBe('0');
});
