/** A program whose output is kept in a file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const { runLogged, tailOf } = (await import(
  join(fileURLToPath(new URL('../../../scripts', import.meta.url)), 'machine/logged.mjs')
)) as {
  runLogged(log: string, program: string, args: string[], env?: object, cwd?: string): Promise<number>;
  tailOf(log: string): string;
};

let folder: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-logged-'));
  log = join(folder, 'below', 'log.txt');
});
afterEach(() => rmSync(folder, { recursive: true }));
const node = (script: string, env = {}) => runLogged(log, process.execPath, ['-e', script], env, folder);

test('both streams land in the file, call after call', async () => {
  expect(await node('console.log("out"); console.error("err")')).toBe(0);
  expect(await node('console.log(process.env.WORD, process.cwd())', { WORD: 'said' })).toBe(0);
  expect(readFileSync(log, 'utf8')).toBe(`out\nerr\nsaid ${folder}\n`);
});

test.each([
  ['a status', 'process.exit(3)', 3],
  ['a signal', 'process.kill(process.pid, "SIGKILL")', 1],
])('%s is the answer', async (_, script, status) => {
  expect(await node(script)).toBe(status);
});

test('a program that is not there fails', async () => {
  expect(await runLogged(log, join(folder, 'nothing'), [])).toBe(1);
});

test('of a long log the last lines', async () => {
  await node('for (let k = 0; k < 100; k++) console.log(k)');
  expect(tailOf(log).split('\n')).toEqual(Array.from({ length: 25 }, (_, k) => String(75 + k)));
});
