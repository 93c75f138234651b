/** A panel is told that what it was read from is another on disk now. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InputWatch } from '../../../client/panels/inputWatch.js';

let folder: string;
let changed: ReturnType<typeof vi.fn<(paths: readonly string[]) => void>>;
let watch: InputWatch;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-inputs-'));
  changed = vi.fn();
  watch = new InputWatch(changed);
});
afterEach(() => {
  watch.dispose();
  rmSync(folder, { recursive: true });
});
const path = (name: string) => join(folder, name);
const told = () => vi.waitUntil(() => changed.mock.calls.length > 0, { timeout: 10_000 });

test('a change after the look is told, by its path', async () => {
  writeFileSync(path('a'), 'one');
  watch.restart();
  await watch.look(path('a'), path('b'));
  writeFileSync(path('b'), 'new');
  await told();
  expect(changed.mock.calls.flatMap(([paths]) => paths)).toEqual([path('b')]);
});

test('what somebody else saw, and is another by now', async () => {
  writeFileSync(path('a'), 'one');
  watch.restart();
  watch.expect(path('a'), 'some other state');
  await told();
  expect(changed.mock.calls[0]![0]).toEqual([path('a')]);
});

test('before it begins, and once it is disposed, nothing is told', async () => {
  writeFileSync(path('a'), 'one');
  await watch.look(path('a'));
  watch.restart();
  await watch.look(path('b'));
  watch.dispose();
  writeFileSync(path('a'), 'two');
  writeFileSync(path('b'), 'two');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(changed).not.toHaveBeenCalled();
});
