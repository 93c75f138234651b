/** What a bare checkout runs first must need nothing that it only brings. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));
const ENTRIES = ['test.mjs', 'testFast.mjs', 'demo.mjs', 'bench.mjs', 'editor/main.mjs'];

/** Each static import that is neither Node's nor a file of ours, as `file: import`, of all that `path` loads. */
function foreignImports(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const imports = [
    ...readFileSync(path, 'utf8').matchAll(/^(?:(?:import|export)\b[^;()]*? from|import) '([^']+)';/gm),
  ];
  return imports.flatMap(([, what = '']) => {
    if (what.startsWith('node:')) return [];
    if (what.startsWith('.')) return foreignImports(join(dirname(path), what), seen);
    return [`${relative(SCRIPTS, path)}: ${what}`];
  });
}

test.each(ENTRIES)('%s loads nothing of node_modules before the packages are there', (entry) => {
  const seen = new Set<string>();
  expect(foreignImports(join(SCRIPTS, entry), seen)).toEqual([]);
  expect(seen.size).toBeGreaterThan(1);
});
