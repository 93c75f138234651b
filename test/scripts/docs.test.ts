/** What the documents name is there. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('each test that docs/reliability.md names exists', async () => {
  const text = await readFile(join(ROOT, 'docs', 'reliability.md'), 'utf8');
  const named = [...new Set([...text.matchAll(/`(test\/[\w/.]+)`/g)].map(([, path]) => path!))];
  expect(named.length).toBeGreaterThan(10);
  for (const path of named) await access(join(ROOT, path));
});
