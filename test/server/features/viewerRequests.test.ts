/** The viewers' requests through the real server: what it answers, what it refuses, and that each settles. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import {
  checkpointRequest,
  dataSetNotesRequest,
  READS,
  type ViewerRequest,
} from '../../../server/editorRequests.js';
import { DATA_SET, unpackCheckpoint } from '../../adapt/fixtures.js';
import { Editor } from '../client.js';

let editor: Editor;
let folder: string;
let old: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-viewers-'));
  old = await unpackCheckpoint('policy-7d', folder);
  editor = await Editor.start();
});
afterAll(async () => {
  await editor.stop();
  await rm(folder, { recursive: true });
  expect(editor.errors).toEqual([]);
});

const ask = <Params, Result>({ type }: ViewerRequest<Params, Result>, params: Params) =>
  editor.connection.sendRequest<Result>(type.method, params);

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
      message: expect.stringContaining('the file does not exist'),
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

test('what a data set’s columns make doubtful', async () => {
  const { notes } = await ask(dataSetNotesRequest, { path: DATA_SET });
  expect(notes).toEqual([]);
  await expect(ask(dataSetNotesRequest, { path: join(folder, 'none.zarr') })).rejects.toThrow(/none\.zarr/);
});
