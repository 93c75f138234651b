import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseJson } from '../../engine/base/jsonText.js';
import { regrip } from './call.js';

const COMMANDS = join(import.meta.dirname, '../../engine/commands');

test('no command writes JSON by itself', async () => {
  const files = (await readdir(COMMANDS, { recursive: true })).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  for (const name of files)
    expect(await readFile(join(COMMANDS, name), 'utf8'), name).not.toMatch(/\bJSON\s*\.\s*stringify\b/);
});

test('compose --json loses no number of the config', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-json-'));
  const yaml =
    'none: .nan\nup: .inf\ndown: -.inf\nbig: 12345678901234567890\nwhole: 1.0\ncount: 1\nsmall: 1e-5\n';
  await writeFile(join(folder, 'train.yaml'), yaml);
  const { code, out } = await regrip(['compose', 'train.yaml', '--json'], { cwd: folder });
  expect(code).toBe(0);
  expect(out).toContain('"big":12345678901234567890');
  expect(out).toContain('"whole":1.0');
  expect(out).toContain('"count":1,');
  expect(parseJson(out)).toMatchObject({
    none: Number.NaN,
    up: Number.POSITIVE_INFINITY,
    down: Number.NEGATIVE_INFINITY,
    small: 1e-5,
  });
});
