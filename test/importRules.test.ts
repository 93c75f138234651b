/** The lint rule for packages and editors: each forbidden import is caught, each wanted one passes. The order of the layers is `architecture.test.ts`. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const FORBIDDEN: readonly (readonly [file: string, imported: string])[] = [
  ['engine/base/a.ts', '@tensorflow/tfjs'],
  ['engine/formats/zarr/b.ts', '@tensorflow/tfjs-core'],
  ['engine/judge/policy/c.ts', '@tensorflow/tfjs'],
  ['engine/judge/checks/rules/d.ts', 'vscode'],
  ['engine/work/report/e.ts', '@tensorflow/tfjs'],
  ['engine/commands/finetune/f.ts', '@tensorflow/tfjs'],
  ['engine/commands/g.ts', '../../server/main.js'],
  ['engine/supervisor/h.ts', '../../client/extension.js'],
  ['engine/job.ts', '@tensorflow/tfjs'],
  ['engine/tensors/policy/i.ts', '@tensorflow/tfjs-node/dist/nodejs_kernel_backend'],
  ['engine/tensors/train/j.ts', '@tensorflow/tfjs-backend-wasm'],
  ['engine/tensors/backend/k.ts', 'vscode'],
  ['server/l.ts', 'vscode'],
  ['server/m.ts', '@tensorflow/tfjs'],
  ['server/n.ts', '../client/extension.js'],
  ['client/o.ts', '../engine/formats/ndarray.js'],
  ['client/p.ts', '../engine/supervisor/supervisor.js'],
  ['client/panels/q.ts', '../../server/reader/readerMessages.js'],
  ['test/r.ts', '@tensorflow/tfjs-node'],
];

const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['engine/tensors/policy/aa.ts', '@tensorflow/tfjs'],
  ['engine/tensors/backend/ab.ts', '@tensorflow/tfjs-backend-wasm'],
  ['client/ac.ts', 'vscode'],
  ['client/ad.ts', '../engine/wire/jobs.js'],
  ['client/ae.ts', '../engine/wire/connect/client.js'],
  ['client/panels/af.ts', '../../engine/formats/run/trainLog.js'],
  ['client/ag.ts', '../server/editorRequests.js'],
  ['server/ah.ts', '../engine/judge/checks/judge.js'],
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
