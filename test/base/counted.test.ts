import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { counted } from '../../engine/base/counted.js';

test.each([
  [0, '0 epochs'],
  [1, '1 epoch'],
  [2, '2 epochs'],
  [12_000, '12,000 epochs'],
])('%d', (count, text) => expect(counted(count, 'epoch')).toBe(text));

test('a noun with another plural', () => {
  expect(counted(1, 'batch', 'batches')).toBe('1 batch');
  expect(counted(3, 'batch', 'batches')).toBe('3 batches');
});

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `${n} epochs`: reads "1 epochs" for one. A count out of so many, a bound in capitals and a setting's limit are always plural. */
const PLURAL = /(?<!of )\$\{(?![A-Z_]+\}|fixed\()[^{}]+\} (?:training )?(?:epochs|episodes|windows)\b(?! of)/;

test('no message puts a number before epochs, episodes or windows by itself', () => {
  const files = ['engine', 'server', 'client'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const sources = files.filter((name) => name.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((name) =>
    readFileSync(join(root, name), 'utf8')
      .split('\n')
      .flatMap((line, at) => (PLURAL.test(line) ? [`${name}:${at + 1} ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
