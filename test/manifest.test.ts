/** The extension's manifest hides no command: one that cannot run says why when it is called. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
const { contributes, capabilities } = JSON.parse(read('package.json')) as {
  contributes: {
    commands: { command: string; enablement?: string }[];
    menus: { commandPalette: { command: string }[] };
  };
  capabilities: { virtualWorkspaces: { supported: unknown }; untrustedWorkspaces: { supported: unknown } };
};

test('whatever starts processes is in the palette without trust too', () => {
  const gated = [...read('client/commands/gate.ts').matchAll(/^ {2}'(regrip\.\w+)',$/gm)].map(
    ([, id]) => id!,
  );
  expect(gated).toEqual(expect.arrayContaining(['regrip.adapt', 'regrip.convert', 'regrip.finetune']));
  const known = contributes.commands.map(({ command }) => command);
  expect(known).toEqual(expect.arrayContaining(gated));
  expect(contributes.commands.filter(({ enablement }) => enablement !== undefined)).toEqual([]);
  // Those need a job that the side bar shows.
  const hidden = contributes.menus.commandPalette.map(({ command }) => command);
  expect(hidden.every((id) => /Job|JobLog|JobCommand/.test(id))).toBe(true);
});

test('a window without trust, or without a disk, has the extension all the same', () => {
  expect(capabilities.untrustedWorkspaces.supported).toBe('limited');
  expect(capabilities.virtualWorkspaces.supported).toBe('limited');
});
