/** The lint rule that keeps "who may import whom": each forbidden import is caught, each wanted one passes. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const FORBIDDEN: readonly (readonly [file: string, imported: string])[] = [
  ['engine/base/a.ts', '../formats/ndarray.js'],
  ['engine/formats/b.ts', '@tensorflow/tfjs'],
  ['engine/formats/zarr/c.ts', '../../policy/spec.js'],
  ['engine/config/d.ts', '../windows/windows.js'],
  ['engine/config/w.ts', '../project/targets.js'],
  ['engine/project/x.ts', '../formats/ndarray.js'],
  ['engine/project/y.ts', '../checks/finding.js'],
  ['engine/judge/policy/keys.ts', '@tensorflow/tfjs-core'],
  ['engine/judge/adapt/types.ts', '../backend/open.js'],
  ['engine/gripper/e.ts', '../train/loop.js'],
  ['engine/policy/f.ts', '@tensorflow/tfjs-node/dist/nodejs_kernel_backend'],
  ['engine/train/g.ts', '@tensorflow/tfjs-backend-wasm'],
  ['engine/report/u.ts', '../commands/command.js'],
  ['engine/formats/v.ts', '../report/page.js'],
  ['engine/commands/h.ts', '@tensorflow/tfjs'],
  ['engine/commands/i.ts', '../../server/main.js'],
  ['server/j.ts', '../engine/tensors/train/loop.js'],
  ['server/k.ts', 'vscode'],
  ['client/l.ts', '../engine/formats/ndarray.js'],
  ['client/w.ts', '../engine/supervisor/supervisor.js'],
  ['engine/connect/x.ts', '../supervisor/supervisor.js'],
  ['engine/supervisor/y.ts', '@tensorflow/tfjs'],
  ['test/m.ts', '@tensorflow/tfjs-node'],
];

const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['engine/formats/n.ts', '../base/errors.js'],
  ['engine/policy/o.ts', '@tensorflow/tfjs'],
  ['engine/project/z.ts', '../config/startFolder.js'],
  ['engine/train/p.ts', '../policy/spec.js'],
  ['engine/backend/q.ts', '@tensorflow/tfjs-backend-wasm'],
  ['engine/commands/r.ts', '../formats/ndarray.js'],
  ['server/s.ts', '../engine/formats/ndarray.js'],
  ['client/t.ts', '../engine/wire/workerMessages.js'],
  ['client/z.ts', '../engine/wire/connect/client.js'],
  ['engine/supervisor/aa.ts', '../commands/finetune.js'],
  ['client/u.ts', 'vscode'],
  ['client/panels/w.ts', '../../engine/formats/run/trainLog.js'],
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
let folder: string;
let caught: Set<string>;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'regrip-imports-')));
  const config = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8')) as Record<string, unknown>;
  const { $schema: _schema, vcs: _vcs, ...rules } = config; // both point into the checkout
  await writeFile(join(folder, 'biome.json'), JSON.stringify(rules));
  for (const [file, imported] of [...FORBIDDEN, ...ALLOWED]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `import * as other from '${imported}';\nexport { other };\n`);
  }
  caught = await filesCaught(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Files in which the import rule, and not some other, found something. */
async function filesCaught(where: string): Promise<Set<string>> {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [
    biome,
    'lint',
    '--only=style/noRestrictedImports',
    '--reporter=github',
    '--max-diagnostics=none',
  ];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [...args, '.'], { cwd: where }, (_status, stdout) => resolve(stdout));
  });
  return new Set(
    [...output.matchAll(/^::error.*?file=([^,]+)/gm)].map((match) => relative(where, match[1]!)),
  );
}

describe('an import that the layers forbid is caught', () => {
  test.each(FORBIDDEN)('%s may not import %s', (file) => {
    expect(caught).toContain(file);
  });
});

describe('an import that the layers want passes', () => {
  test.each(ALLOWED)('%s may import %s', (file) => {
    expect(caught).not.toContain(file);
  });
});
