/** package.json says what the code has: commands, finding codes, strings. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODES } from '../../engine/judge/checks/codes.js';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  contributes: {
    commands: { command: string }[];
    menus: Record<string, { command: string }[]>;
    configuration: { properties: Record<string, { propertyNames?: { enum: string[] }; scope: string }> };
  };
};
const { commands, menus, configuration } = manifest.contributes;
const names = commands.map(({ command }) => command);

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
