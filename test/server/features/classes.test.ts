/** `_target_` and the Python that it names. */
import { expect, test } from 'vitest';
import { Asking } from '../asking.js';
import type { Files } from '../client.js';
import { SCRIPT_PROJECT } from './scriptProject.js';

const asking = new Asking();
const opened = (name: string, more: Files) => asking.open({ ...SCRIPT_PROJECT, ...more }, name);
const led = (more: Files) => asking.led({ ...SCRIPT_PROJECT, ...more });
const hovered = (more: Files) => asking.hovered({ ...SCRIPT_PROJECT, ...more });

test('_target_ leads to the class, and its hover names it', async () => {
  const text = SCRIPT_PROJECT['config/a.yaml'].replace('robot.workspace', 'robot.<|>workspace');
  expect(await led({ 'config/a.yaml': text })).toEqual(['robot/workspace.py:3']);
  expect(await hovered({ 'config/a.yaml': text })).toMatch(
    /class `Workspace\(Base\)` in \[workspace\.py:3\]/,
  );
});

test('a slip in a key is told, unless the Python reads it', async () => {
  const slip = `${SCRIPT_PROJECT['config/a.yaml']}pretraned: {path: x.ckpt}\n`;
  await opened('config/a.yaml', { 'config/a.yaml': slip });
  await asking.editor.diagnostic('config/a.yaml', 'unknown-key');
  const python = 'class Workspace:\n    def run(self, cfg): load(cfg.pretraned.path)\n';
  await opened('config/a.yaml', { 'config/a.yaml': slip, 'robot/workspace.py': python });
  await asking.targets((result) => result.targets.length === 1);
  await asking.editor.diagnostic('config/a.yaml', 'heads-do-not-divide');
  expect(asking.editor.published('config/a.yaml').map(({ code }) => code)).not.toContain('unknown-key');
});
