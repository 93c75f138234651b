/** The newest Node that the tests are run with. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { NEWEST_TRIED_NODE } from '../../../engine/base/process.js';

test('the newest Node that is brought is the newest that the doctor calls tried', async () => {
  const text = await readFile(new URL('../../../scripts/machine/newestNode.mjs', import.meta.url), 'utf8');
  expect(Number(/^const VERSION = '(\d+)\./m.exec(text)?.[1])).toBe(NEWEST_TRIED_NODE);
});
