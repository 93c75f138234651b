/** Keys that a training reads: those that are offered are those that are known. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectedKeys } from '../../../server/features/expectedKeys.js';

const ENGINE = join(import.meta.dirname, '../../../engine');
const source = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ENGINE, name), 'utf8'))
  .join('\n');

const keys = (path: string) => expectedKeys(path).map(([key]) => key);

test.each(['', 'pretrained', 'regrip', 'regrip.lr_multiplier', 'regrip.sample'])(
  'each key of %j is read by the engine, and has a meaning',
  (path) => {
    const offered = expectedKeys(path);
    expect(offered.length).toBeGreaterThan(0);
    for (const [key, meaning] of offered) {
      expect(source, key).toMatch(new RegExp(`\\b${key}\\b`));
      expect(meaning).not.toBe('');
    }
  },
);

test('a section that is offered has keys; another path has none', () => {
  expect(keys('')).toEqual(['pretrained', 'regrip']);
  for (const section of keys('')) expect(keys(section)).not.toEqual([]);
  expect(keys('policy')).toEqual([]);
});
