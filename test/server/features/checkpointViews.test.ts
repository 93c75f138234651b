/** A checkpoint as a viewer shows it: its header, its keys beside the target's, its moments, one key explained. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import {
  checkpointKeysRequest,
  checkpointRequest,
  explainKeyRequest,
  type KeyRow,
  type TargetRef,
  type ViewerRequest,
} from '../../../server/editorRequests.js';
import { NEW_CONFIG, unpackCheckpoint } from '../../adapt/fixtures.js';
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

test('15,000 keys come at once, and cost other requests little', async () => {
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
  expect(took).toBeLessThan(10_000);
});
