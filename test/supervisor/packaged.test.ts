/** The engine from each place that it may be installed in, by the files that are really there. */
// @module-tag long
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { codeSource } from '../../engine/wire/connect/codeFolder.js';
import { status } from '../../engine/wire/supervisorMessages.js';
import { DATA_SET, unpackCheckpoint } from '../adapt/fixtures.js';
import { MINI } from '../work/convert/folders.js';
import { Heard, SOURCE, TestEngine } from './engine.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** After `tsc -b`. */
async function layOutCheckout(root: string): Promise<void> {
  await mkdir(join(root, 'out'));
  await cp(join(SOURCE.root, 'out', 'engine'), join(root, 'out', 'engine'), { recursive: true });
  await cp(join(SOURCE.root, 'package.json'), join(root, 'package.json'));
  await symlink(join(SOURCE.root, 'node_modules'), join(root, 'node_modules'));
}

/** As the packaging lays it out, which is not TypeScript. */
async function layOutExtension(root: string): Promise<void> {
  const script = async (name: string) =>
    import(pathToFileURL(join(SOURCE.root, 'scripts', 'package', name)).href);
  const { ENTRIES } = (await script('entries.mjs')) as { ENTRIES: readonly { readonly bundle: string }[] };
  const { bundle } = (await script('bundle.mjs')) as { bundle(options: object): Promise<unknown> };
  const { addEngineParts, addManifest } = (await script('stage.mjs')) as Record<
    'addEngineParts' | 'addManifest',
    (folder: string) => Promise<void>
  >;
  const entries = ENTRIES.filter((entry) => entry.bundle.startsWith('dist/engine/'));
  await bundle({ entries, into: root });
  await addEngineParts(root);
  await addManifest(root);
}

describe.each([
  // The next build or update replaces the last; a checkout keeps its packages.
  ['a checkout', layOutCheckout, 'out/engine/main.js', 'out'],
  ['an installed extension', layOutExtension, 'dist/engine/main.js', ''],
])('the engine of %s, once that is deleted under it', (_place, layOut, entry, deleted) => {
  let engine: TestEngine;
  let root: string;
  beforeAll(async () => {
    engine = await TestEngine.make();
    root = await mkdtemp(join(tmpdir(), 'regrip-root-'));
    await layOut(root);
  });
  afterAll(async () => {
    await engine.remove();
    await rm(root, { recursive: true, force: true });
  });

  test('runs from its copy, with every process that a job needs', { tags: 'engine' }, async () => {
    const client = engine.client({}, { source: codeSource(root) });
    const { pid, code } = await client.call(status, {});
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    expect(command[1]).toBe(join(engine.places.code, code, entry));
    await rm(join(root, deleted), { recursive: true });

    const checkpoint = await unpackCheckpoint('policy-8d', engine.folder);
    const sampler = { sampler: 'ddim', steps: 2, episodes: '0' } as const;
    const jobs = [
      // A process for the frames, with the native decoder.
      await Heard.begin(client, engine.folder, {
        ...{ kind: 'convert', input: MINI, output: join(engine.folder, 'out.zarr'), processes: 1 },
      }),
      // A process for the tensors, with TensorFlow's native parts.
      await Heard.begin(client, engine.folder, { kind: 'evaluate', checkpoint, data: DATA_SET, ...sampler }),
      // And with WebAssembly, which is read from files beside the code.
      await Heard.begin(client, engine.folder, { kind: 'measureEngine' }),
    ];
    for (const job of jobs) expect(await job.ended(), job.text).toMatchObject({ state: 'done' });
    expect(jobs[2]?.result).toMatchObject({
      backends: expect.arrayContaining([expect.objectContaining({ name: 'wasm', available: true })]),
    });
  });
});
