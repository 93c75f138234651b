/** Calls in messages can be typed as they stand: each word is quoted for a shell, whatever its path holds. */
// @module-tag long
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { quoted } from '../engine/base/shell.js';
import { regrip } from './commands/call.js';
import { policyProject } from './judge/checks/policyProject.js';

const NAMES = [
  'plain',
  'two words',
  "it's",
  'a"b',
  '$HOME',
  '`id`',
  'a;b',
  'a&b',
  'ü',
  '-',
  '*',
  'a\\b',
  '~x',
];
const REFERENCE = join(import.meta.dirname, 'fixtures/reference');
const root = mkdtempSync(join(tmpdir(), 'regrip-quoting-'));
afterAll(() => rmSync(root, { recursive: true }));

/** What a POSIX shell makes of a line. */
function wordsOf(line: string): readonly string[] {
  const { stdout, status, stderr } = spawnSync('sh', [
    '-c',
    `for word in ${line}; do printf '%s\\0' "$word"; done`,
  ]);
  expect([status, stderr.toString()]).toEqual([0, '']);
  return stdout.toString().split('\0').slice(0, -1);
}

test('a shell reads back what was quoted', () => {
  expect(wordsOf([...NAMES, '', 'a\nb'].map(quoted).join(' '))).toEqual([...NAMES, '', 'a\nb']);
});

test.each(NAMES.filter((name) => name !== '-'))(
  'the calls of findings about files in the folder %s',
  async (name) => {
    const folder = join(root, name);
    const files = policyProject('pretrained: {path: a.ckpt, load_weights: true}\n');
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const config = join(folder, 'config/train.yaml');
    const messages = async () => {
      const { out } = await regrip(['check', config, '--json'], { cwd: root });
      return (JSON.parse(out) as { diagnostics: { code: string; message: string }[] }).diagnostics;
    };
    const callIn = async (code: string) => {
      const { message } = (await messages()).find((each) => each.code === code)!;
      return wordsOf(message.slice(message.indexOf('regrip ')));
    };
    const [data, ckpt] = [join(folder, 'd.zarr'), join(folder, 'a.ckpt')];
    expect(await callIn('dataset-missing')).toEqual([
      'regrip',
      'convert',
      '--input',
      'DIR',
      '--output',
      data,
    ]);
    const adapt = (from: string, to: string) => [
      'regrip',
      'adapt',
      '--old-ckpt',
      from,
      '--new-ckpt',
      to,
      '--config',
      config,
    ];
    expect(await callIn('pretrained-missing')).toEqual(adapt('OLD.ckpt', ckpt));
    writeFileSync(ckpt, gunzipSync(readFileSync(join(REFERENCE, 'policy-7d.ckpt.gz'))));
    cpSync(join(REFERENCE, 'cogact-mini.160x90.zarr'), data, { recursive: true });
    expect(await callIn('pretrained-incompatible')).toEqual(adapt(ckpt, join(folder, 'a-8d.ckpt')));
  },
);

/** Options of calls that a message proposes. Elsewhere the option is what somebody gave: `--steps 5: …`. */
const PROPOSED =
  /--(?:old-ckpt|new-ckpt|config|input|output|init|run-dir|wheels|logs|data|ckpt) \$\{(?!quoted\(|[^}]*\? '[A-Z]+' : quoted\()[^}]*\}(?!:)/;

test('no message of the engine puts a path into a call as it stands', () => {
  const engine = join(import.meta.dirname, '../engine');
  const files = readdirSync(engine, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(200);
  const found = files.filter((file) => PROPOSED.test(readFileSync(join(engine, file), 'utf8')));
  expect(found).toEqual([]);
  expect(PROPOSED.test('use --init ${path}')).toBe(true);
});
