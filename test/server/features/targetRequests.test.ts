/** The client's requests about targets: the list, the choice, and the state of the current one. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rereadRequest, setTargetRequest, targetsChanged } from '../../../server/editorRequests.js';
import { Asking } from '../asking.js';
import type { Files } from '../client.js';
import { SCRIPT_PROJECT } from './scriptProject.js';

const asking = new Asking();
const opened = (name: string, more: Files) => asking.open({ ...SCRIPT_PROJECT, ...more }, name);

const TWO = { 'run.sh': 'python train.py policy.n_head=4\npython train.py policy.n_head=3\n' };

test('primaries and launches are listed; the file that is looked at decides', async () => {
  await opened('config/a.yaml', TWO);
  const { targets: all, current } = await asking.targets((result) => result.targets.length === 3);
  expect(all.map(({ label, overrides }) => [label, ...overrides])).toEqual([
    ['a.yaml'],
    ['run.sh:1', 'policy.n_head=4'],
    ['run.sh:2', 'policy.n_head=3'],
  ]);
  expect(current).toBe(join(asking.editor.root, 'config/a.yaml'));
});

test('of two launches neither counts, until one is chosen', async () => {
  await opened('config/a.yaml', TWO);
  const { targets: all } = await asking.targets((result) => result.targets.length === 3);
  await asking.editor.diagnostic('config/a.yaml', 'heads-do-not-divide');
  const chosen = await asking.editor.connection.sendRequest(setTargetRequest, { id: all[1]!.id });
  expect(chosen.current).toBe(all[1]!.id);
  await asking.editor.diagnostic('config/a.yaml', 'cured-by-script');
  await asking.editor.connection.sendRequest(setTargetRequest, { id: all[2]!.id });
  await asking.editor.diagnostic('run.sh', 'heads-do-not-divide');
  await asking.editor.connection.sendRequest(setTargetRequest, { id: '' });
  await asking.editor.until('config/a.yaml', (found) =>
    found.some(({ message }) => /^5 heads/.test(String(message))),
  );
});

test('the list is told again when it changes, and only then', async () => {
  await opened('config/a.yaml', TWO);
  const told: number[] = [];
  asking.editor.connection.onNotification(targetsChanged, ({ targets }) => void told.push(targets.length));
  await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe(3);
  const before = told.length;
  await asking.editor.type('config/a.yaml', `${SCRIPT_PROJECT['config/a.yaml']}# a remark\n`);
  await asking.editor.connection.sendRequest(rereadRequest);
  await asking.editor.open('run.sh', 'python train.py policy.n_head=4\n');
  await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe(2);
  expect(told.slice(before)).toEqual([2]);
});
