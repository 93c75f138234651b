import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { regrip, regripProcess } from './call.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

test('--version prints that of the package', async () => {
  const { code, out, err } = await regrip(['--version'], { cwd: '/' });
  expect([code, out, err]).toEqual([0, `regrip ${version} (Node ${process.versions.node})\n`, '']);
  expect(regripProcess(['--version'], '/').out).toBe(out);
});

test('the help names it', async () => {
  const { out } = await regrip(['--help'], { cwd: '/' });
  expect(out).toContain('--version');
});
