/** What a lens, a menu, the side bar or another command says to a command. */
import { expect, test, vi } from 'vitest';
import { CommandArgument } from '../../../client/commands/command.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

test.each<[string, unknown, Record<string, string>]>([
  ['a lens its own words', { target: '/a.yaml' }, { target: '/a.yaml' }],
  ['the Explorer a file', { fsPath: '/d.zarr', scheme: 'file' }, { file: '/d.zarr' }],
  ['the side bar a job', { kind: 'job', job: { id: '7', title: 't' } }, { id: '7' }],
  ['or a run', { kind: 'run', run: { path: '/run', name: 'r' } }, { runDir: '/run' }],
])('from %s', (_, raw, words) => {
  const argument = new CommandArgument(raw);
  for (const [name, text] of Object.entries(words)) expect(argument.text(name)).toBe(text);
});

test.each([undefined, null, 'text', 7, []])('the palette’s %j says nothing', (raw) => {
  const argument = new CommandArgument(raw);
  expect([argument.text('target'), argument.texts('x'), argument.flag('y')]).toEqual([
    undefined,
    undefined,
    false,
  ]);
});

test('only what is of its kind counts', () => {
  const argument = new CommandArgument({ empty: '', number: 3, list: ['a', 4, 'b'], no: 'true', yes: true });
  expect(['empty', 'number', 'list'].map((name) => argument.text(name))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([argument.texts('list'), argument.texts('empty')]).toEqual([['a', 'b'], undefined]);
  expect([argument.flag('yes'), argument.flag('no')]).toEqual([true, false]);
});
