/** The viewers' requests through the real server: what it answers, what it refuses, and that each settles. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import {
  checkpointKeysRequest,
  checkpointRequest,
  explainKeyRequest,
  type KeyRow,
  READS,
  type TargetRef,
  type ViewerRequest,
} from '../../../server/editorRequests.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../../adapt/fixtures.js';
import { Editor } from '../client.js';

const target: TargetRef = { primary: NEW_CONFIG, overrides: [] };
let editor: Editor;
let folder: string;
let old: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-viewers-'));
  old = await unpackCheckpoint('policy-7d', folder);
  editor = await Editor.spawn();
});
afterAll(async () => {
  await editor.stop();
  await rm(folder, { recursive: true });
  expect(editor.errors).toEqual([]);
});

const ask = <Params, Result>({ type }: ViewerRequest<Params, Result>, params: Params) =>
  editor.connection.sendRequest<Result>(type.method, params);

describe('a 7-D checkpoint beside an 8-D config', () => {
  test('its header', async () => {
    const header = await ask(checkpointRequest, { path: old, target });
    expect(header).toMatchObject({
      policy: 'DiffusionTransformerHybridImagePolicy',
      actionDim: 7,
      unexpectedGlobals: [],
      unexpectedCount: 0,
      comparisonProblem: null,
    });
    expect(header.stateDicts.map(({ name, kind }) => [name, kind])).toEqual([
      ['model', 'weights'],
      ['ema_model', 'weights'],
      ['optimizer', 'optimizer'],
    ]);
    expect(header.bytes).toBeGreaterThan(100_000);
  });

  test('its keys', async () => {
    const { rows } = await ask(checkpointKeysRequest, { path: old, target, stateDict: 'model' });
    const row = (key: string): KeyRow | undefined => rows.find((each) => each.key === key);
    expect(row('model.input_emb.weight')).toMatchObject({
      verdict: 'differs',
      fate: 'widened',
      gets: 'new column 7: zero',
      dtype: 'float32',
    });
    const [wide, narrow] = [row('model.input_emb.weight')!.expected!, row('model.input_emb.weight')!.shape!];
    expect([narrow[1], wide[1]]).toEqual([7, 8]);
    expect(row('model.pos_emb')).toMatchObject({ verdict: 'same', fate: 'copied', gets: null });
    expect(rows.filter(({ verdict }) => verdict === 'not compared')).toEqual([]);
  });

  test('its moments, by the names of their parameters', async () => {
    const { rows } = await ask(checkpointKeysRequest, { path: old, target, stateDict: 'optimizer' });
    const named = rows.find(({ key }) => key === 'model.input_emb.weight.exp_avg');
    expect(named?.shape?.[1]).toBe(7);
    expect(rows.filter(({ key }) => key.startsWith('state.'))).toEqual([]);
  });

  test('one key, with the places in the config', async () => {
    const [told] = await ask(explainKeyRequest, {
      checkpoint: old,
      target,
      stateDict: 'model',
      key: 'model.input_emb.weight',
    });
    const { answer } = told!;
    expect(answer.verdict).toBe('differs');
    expect(answer.fate).toMatch(/^widened \[\d+, 7\] → \[\d+, 8\], from ema_model, new column 7: zero/);
    expect(answer.dimensions[1]!.setBy[0]!.place).toMatchObject({ file: expect.stringMatching(/\.yaml$/) });
    expect(answer.fix).toContain('regrip adapt');
  });

  test('without a target nothing is compared', async () => {
    const header = await ask(checkpointRequest, { path: old, target: null });
    expect(header.comparisonProblem).toMatch(/no training config/);
    const { rows } = await ask(checkpointKeysRequest, { path: old, target: null, stateDict: 'model' });
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['not compared']));
  });

  test('a config that is broken is told, and the file is shown all the same', async () => {
    const primary = join(folder, 'broken.yaml');
    await writeFile(primary, 'defaults: [_self_]\npolicy: 5\n');
    const broken = { primary, overrides: [] };
    const header = await ask(checkpointRequest, { path: old, target: broken });
    expect(header.comparisonProblem).toMatch(/policy/);
    const { rows } = await ask(checkpointKeysRequest, { path: old, target: broken, stateDict: 'model' });
    expect(rows.length).toBeGreaterThan(50);
  });
});

test('15,000 keys come within two seconds, and cost other requests little', async () => {
  const path = join(folder, 'many.ckpt');
  const tensors = Array.from({ length: 15_000 }, (_, i) => ({
    key: `model.block${i % 100}.layer${i}.weight`,
    shape: [2],
    dtype: 'float32',
    read: () => new Uint8Array(8),
  }));
  await writeCheckpoint(path, { config: {}, stateDicts: { model: tensors }, pickles: {} });
  await ask(checkpointRequest, { path, target });
  const start = performance.now();
  const keys = ask(checkpointKeysRequest, { path, target, stateDict: 'model' });
  await ask(checkpointRequest, { path, target: null });
  const beside = performance.now() - start;
  const { rows } = await keys;
  const took = performance.now() - start;
  console.log(`15,000 keys: ${took.toFixed(0)} ms, another request meanwhile ${beside.toFixed(0)} ms`);
  expect(rows.filter(({ verdict }) => verdict === 'only in file')).toHaveLength(15_000);
  expect(took).toBeLessThan(2_000);
});

describe('a data set', () => {
  test('episodes, columns and facts', async () => {
    const table = await ask(READS.episodes, { path: DATA_SET });
    const steps = table.episodeEnds.at(-1)!;
    const trace = await ask(READS.columns, {
      path: DATA_SET,
      array: 'action',
      columns: [7],
      fromStep: 0,
      toStep: steps,
      maxPoints: 2_000,
    });
    expect(trace.steps).toHaveLength(steps);
    expect(new Set(trace.columns[0])).toEqual(new Set([0, 1]));
    expect((await ask(READS.dataSetFacts, { path: DATA_SET })).lastAction?.column).toBe(7);
  });

  test('a frame as base64', async () => {
    const { jpegBase64, width, height } = await ask(READS.frame, {
      path: DATA_SET,
      array: 'image',
      step: 3,
      maxWidth: 640,
    });
    expect([width, height]).toEqual([160, 90]);
    expect(Buffer.from(jpegBase64, 'base64').subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  });
});

describe('every request settles', () => {
  test('a file that is not there', async () => {
    await expect(
      ask(checkpointRequest, { path: join(folder, 'none.ckpt'), target: null }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('there is no such file'),
      data: { code: 'viewer-request' },
    });
    await expect(ask(READS.episodes, { path: join(folder, 'none.zarr') })).rejects.toMatchObject({
      message: expect.stringContaining('none.zarr'),
    });
  });

  test.each([
    [{ path: 'relative.ckpt', target: null }, /absolute/],
    [{ path: 7, target: null }, /path: .*string/i],
    [{}, /path/],
    [null, /object/i],
  ])('%j is refused', async (params, reason) => {
    await expect(editor.connection.sendRequest('regrip/checkpoint', params)).rejects.toThrow(reason);
  });

  test('a cancelled one', async () => {
    const source = new CancellationTokenSource();
    const facts = editor.connection.sendRequest(
      READS.tensorHistogram.type,
      { path: old, stateDict: 'model', key: 'model.input_emb.weight', bins: 1024 },
      source.token,
    );
    source.cancel();
    await expect(facts).rejects.toMatchObject({ message: 'cancelled' });
  });
});
