/** What the demo prints, and the commands that it runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** As it was built: it starts the command line that lies beside it. */
const { CommandFailed, clock, Terminal } = (await import(
  new URL('../../../out/scripts/demo/terminal.js', import.meta.url).href
)) as typeof import('../../../scripts/demo/terminal.js');

let folder: string;
let printed: string;
let abort: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-terminal-'));
  printed = '';
  abort = new AbortController();
});
afterEach(() => rmSync(folder, { recursive: true }));

function opened() {
  const out = (text: string) => {
    printed += text;
  };
  const io = { out, err: out, interactive: false, signal: abort.signal, env: process.env };
  return new Terminal(io as unknown as ConstructorParameters<typeof Terminal>[0], folder);
}

test.each([
  [0, '0:00'],
  [59.6, '1:00'],
  [61, '1:01'],
  [3725, '62:05'],
])('%d seconds on the clock: %s', (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

describe('a command', () => {
  test('is printed as it could be typed', async () => {
    await opened()
      .regripEvents(['version', 'it’s', "a'b", 'x=1'], () => undefined)
      .catch(() => undefined);
    expect(printed).toBe("$ regrip version 'it’s' 'a'\\''b' x=1 --json\n");
  });

  test('hands over each line of its JSON', async () => {
    const values: unknown[] = [];
    writeFileSync(join(folder, 'a.yaml'), 'x: 1\n');
    await opened().regripEvents(['compose', 'a.yaml'], (value) => void values.push(value));
    expect(values).toEqual([{ x: 1 }]);
  });

  test('that fails says which, and how', async () => {
    const failed = await opened()
      .regripEvents(['nothing'], () => undefined)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CommandFailed);
    expect((failed as Error).message).toMatch(/^regrip nothing --json\nended with exit code 2$/);
  });

  test('that is interrupted has the interrupt’s own reason', async () => {
    const reason = new Error('stopped');
    const running = opened().regripEvents(['nothing'], () => undefined);
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
