/** Which tests a fast run leaves out: those with one of the tags of vitest.config.ts. A file that is tagged whole is not even loaded. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';

/** What keeps a test out of a fast run, by its tag. */
export const TAGS = [
  { name: 'engine', description: 'loads tfjs, in its own process or in one that it starts' },
  { name: 'long', description: 'takes more than ten seconds of a processor' },
];

/** The filter of Vitest that keeps what has none of the tags. */
export const FILTER = TAGS.map(({ name }) => `!${name}`).join(' && ');

const WHOLE_FILE = new RegExp(`^// @module-tag (${TAGS.map(({ name }) => name).join('|')})$`, 'm');

/** Test files, relative to the checkout, that are tagged whole. */
export function filesLeftOut(root = ROOT) {
  return readdirSync(join(root, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .filter((path) => WHOLE_FILE.test(readFileSync(join(root, path), 'utf8')));
}
