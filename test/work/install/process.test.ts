import { expect, test } from 'vitest';
import { runProgram } from '../../../engine/work/install/process.js';

test('a program that does not answer in time is given up, even when its children hold its output open', async () => {
  const started = Date.now();
  const run = await runProgram('/bin/sh', ['-c', 'echo begun; sleep 4 & wait'], { timeoutMs: 300 });
  expect(Date.now() - started).toBeLessThan(3000);
  expect(run).toEqual({ status: undefined, output: 'begun\n\nno answer within 0.3 s' });
});

test('what it printed and how it ended', async () => {
  expect(await runProgram('/bin/sh', ['-c', 'echo a; echo b >&2; exit 3'])).toMatchObject({ status: 3 });
  expect((await runProgram('/bin/sh', ['-c', 'kill -TERM $$'])).output).toContain('ended by SIGTERM');
  expect(await runProgram('no-such-program', [])).toMatchObject({
    status: undefined,
    output: expect.stringContaining('ENOENT'),
  });
});
