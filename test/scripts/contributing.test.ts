/** Each file and folder that CONTRIBUTING.md names exists, and each npm script. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const quoted = [...PAGE.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!);

/** A bare name (`convertView.ts`) lies in the folder or beside the file named before it. */
function missing(): string[] {
  const faults: string[] = [];
  let folder = '';
  for (const text of quoted.filter((each) =>
    /^[\w./-]+\/$|^[\w./-]+\.(ts|tsx|mjs|json|md|yml|css)$/.test(each),
  )) {
    const path = text.includes('/') ? text : join(existsSync(join(ROOT, text)) ? '' : folder, text);
    if (text.includes('/')) folder = text.endsWith('/') ? text : dirname(text);
    if (!MADE.test(path) && !existsSync(join(ROOT, path))) faults.push(path);
  }
  return faults;
}

/** Not there before a build, or only in an example. */
const MADE = /^out\//;

test('each file and folder that is named exists', () => {
  expect(missing()).toEqual([]);
  expect(quoted.filter((each) => each.includes('/')).length).toBeGreaterThan(30);
});

test('each link leads to a file', () => {
  const links = [...PAGE.matchAll(/\]\(([^)#]+)\)/g)].map(([, to]) => to!);
  expect(links.filter((to) => !existsSync(join(ROOT, to)))).toEqual([]);
});

test('each npm script that is named exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const named = [...PAGE.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(2);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});
