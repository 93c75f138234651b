/** package.json says what the code has (commands, finding codes, strings), and hides no command: one that cannot run says why when it is called. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CODES } from '../engine/judge/checks/codes.js';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
const { contributes, capabilities } = JSON.parse(read('package.json')) as {
  contributes: {
    commands: { command: string; enablement?: string }[];
    menus: Record<string, { command: string }[]>;
    configuration: { properties: Record<string, { propertyNames?: { enum: string[] }; scope: string }> };
  };
  capabilities: { virtualWorkspaces: { supported: unknown }; untrustedWorkspaces: { supported: unknown } };
};
const { commands, menus, configuration } = contributes;
const names = commands.map(({ command }) => command);

test('whatever starts processes is in the palette without trust too', () => {
  const gated = [...read('client/commands/gate.ts').matchAll(/^ {2}'(regrip\.\w+)',$/gm)].map(
    ([, id]) => id!,
  );
  expect(gated).toEqual(expect.arrayContaining(['regrip.adapt', 'regrip.convert', 'regrip.finetune']));
  const known = contributes.commands.map(({ command }) => command);
  expect(known).toEqual(expect.arrayContaining(gated));
  expect(contributes.commands.filter(({ enablement }) => enablement !== undefined)).toEqual([]);
  // Those need a job that the side bar shows.
  const hidden = menus['commandPalette']!.map(({ command }) => command);
  expect(hidden.every((id) => /Job|JobLog|JobCommand/.test(id))).toBe(true);
});

test('a window without trust, or without a disk, has the extension all the same', () => {
  expect(capabilities.untrustedWorkspaces.supported).toBe('limited');
  expect(capabilities.virtualWorkspaces.supported).toBe('limited');
});

test('every command of the palette has a handler, and every handler a command', () => {
  const table = read('client/commands/table.ts');
  const handled = [...table.matchAll(/^ {2}'(regrip\.\w+)':/gm)].map(([, name]) => name);
  expect(handled).toEqual([...names].sort());
});

test('menus and lenses name commands that exist', () => {
  const lenses = [...read('server/features/lenses.ts').matchAll(/'(regrip\.\w+)'/g)].map(([, name]) => name!);
  const used = [...Object.values(menus).flatMap((items) => items.map(({ command }) => command)), ...lenses];
  expect(used.filter((name) => !names.includes(name))).toEqual([]);
});

test('the setting of severities knows every code', () => {
  expect(configuration.properties['regrip.severity']!.propertyNames!.enum).toEqual(Object.keys(CODES));
});

test('paths of executables are set by the machine, not by a workspace', () => {
  for (const [name, { scope }] of Object.entries(configuration.properties))
    if (/\.path$/.test(name)) expect([name, scope]).toEqual([name, 'machine']);
});

test('every string of the manifest is there, and none is left over', () => {
  const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
  expect(Object.keys(JSON.parse(read('package.nls.json'))).sort()).toEqual([...new Set(used)].sort());
});
