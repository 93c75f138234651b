/** What the data set viewer shows, and what it reads as its page asks. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ZarrToPage } from '../../../client/editors/zarrMessages.js';
import { ZarrModel } from '../../../client/editors/zarrModel.js';
import { checkToPage } from '../../../client/panels/panelMessages.js';
import { type ShamServer, shamServer } from './shamServer.js';

const array = (name: string, shape: number[], dtype = '<f4', compressor: object | null = null) => ({
  name,
  shape,
  dtype,
  chunks: shape,
  compressor,
});
const TABLE = {
  episodeEnds: [10, 30],
  episodeLengths: [10, 20],
  arrays: [
    array('action', [30, 8]),
    array('image', [30, 90, 160, 3], '|u1', { id: 'blosc', cname: 'lz4', clevel: 5 }),
    array('robot_gripper_state', [30, 1]),
    array('timestamp', [30], '<f8'),
  ],
};

let folder: string;
let server: ShamServer;
let model: ZarrModel;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-zarr-model-'));
  server = shamServer({
    dataSetFiles: () => ({ files: [folder] }),
    episodes: () => TABLE,
    dataSetNotes: () => ({ notes: [{ severity: 'warning', code: 'gripper-constant', message: 'm' }] }),
    columns: ({ columns }: { columns: number[] }) => ({
      steps: [0, 1, 2],
      columns: columns.map((column) => [column, column + 0.1, column + 0.2]),
      bucketSteps: 2,
    }),
    frame: () => ({ jpegBase64: Buffer.from('jpeg').toString('base64'), width: 160, height: 90 }),
  });
  model = new ZarrModel({ path: folder, name: 'd.zarr', server });
});
afterEach(() => {
  model.dispose();
  rmSync(folder, { recursive: true });
});

const fails = (name: string, message = 'torn') => {
  server.answers = {
    ...server.answers,
    [name]: () => {
      throw new Error(message);
    },
  };
};
const view = (messages: readonly ZarrToPage[]) =>
  messages.flatMap((each) => (each.type === 'dataSet' ? each.dataSet : []))[0]!;

describe('reading', () => {
  test('shows episodes, arrays, cameras, charts, the rate and what is doubtful', async () => {
    expect(view(model.snapshot()).state).toBe('reading');
    await model.read();
    const shown = model.changes();
    expect(view(shown)).toMatchObject({
      state: 'read',
      episodeEnds: [10, 30],
      cameras: [{ array: 'image', height: 90, width: 160 }],
      banners: [{ code: 'gripper-constant' }],
    });
    expect(view(shown).framesPerSecond).toBeCloseTo(10, 9);
    expect(view(shown).arrays.map(({ compressor }) => compressor)).toEqual([
      '',
      'blosc: lz4, level 5',
      '',
      '',
    ]);
    expect(view(shown).traces.map(({ id }) => id)).toEqual(['gripper', 'position', 'rotation']);
    for (const message of shown) expect(checkToPage('zarr', message)).toHaveProperty('message');
    expect(model.changes()).toEqual([]);
  });

  test('a data set that cannot be read says so', async () => {
    fails('episodes');
    await model.read();
    expect(view(model.changes())).toMatchObject({ state: 'failed', reason: 'torn', episodeEnds: [] });
  });

  test('times that cannot be read leave the rate unknown, and nothing else', async () => {
    fails('columns');
    await model.read();
    expect(view(model.changes())).toMatchObject({ state: 'read', reason: null, framesPerSecond: null });
  });

  test('a data set without times is not asked for them', async () => {
    server.answers = { ...server.answers, episodes: () => ({ ...TABLE, arrays: TABLE.arrays.slice(0, 3) }) };
    await model.read();
    expect([
      view(model.changes()).framesPerSecond,
      server.asked.filter(({ name }) => name === 'columns'),
    ]).toEqual([null, []]);
  });

  test('a second reading begins anew', async () => {
    fails('episodes');
    await model.read();
    server.answers = { ...server.answers, episodes: () => ({ ...TABLE, episodeEnds: [30] }) };
    await model.act({ kind: 'refresh' });
    expect(view(model.changes())).toMatchObject({ state: 'read', episodeEnds: [30] });
  });

  test.each([
    ['another number of frames', array('image', [29, 90, 160, 3], '|u1')],
    ['floats', array('image', [30, 90, 160, 3])],
    ['two channels', array('image', [30, 90, 160, 2], '|u1')],
    ['no pixels', array('image', [30, 0, 160, 3], '|u1')],
  ])('%s is not a camera', async (_, image) => {
    server.answers = { ...server.answers, episodes: () => ({ ...TABLE, arrays: [image] }) };
    await model.read();
    expect(view(model.changes()).cameras).toEqual([]);
  });
});

describe('a frame', () => {
  const frame = { kind: 'frame', camera: 0, step: 3, maxWidth: 640 } as const;

  test('is read by its camera’s array', async () => {
    await model.read();
    const told = await model.act(frame);
    expect(told).toMatchObject({
      type: 'frame',
      camera: 0,
      step: 3,
      jpeg: new Uint8Array(Buffer.from('jpeg')),
    });
    expect(server.asked.at(-1)?.params).toEqual({ path: folder, array: 'image', step: 3, maxWidth: 640 });
  });

  test('that cannot be read says so; of no camera it is none', async () => {
    await model.read();
    fails('frame');
    expect(await model.act(frame)).toMatchObject({ type: 'frame', problem: 'torn' });
    expect(await model.act({ ...frame, camera: 7 })).toBeUndefined();
  });
});

describe('a trace', () => {
  const trace = { kind: 'trace', chart: 'gripper', fromStep: 0, toStep: 30, maxPoints: 99_999 } as const;

  test('has the lines of its chart, each array read once', async () => {
    await model.read();
    server.asked.length = 0;
    const told = await model.act({ ...trace, chart: 'position' });
    expect(told).toMatchObject({ type: 'trace', chart: 'position', fromStep: 0, toStep: 30, bucketSteps: 2 });
    expect(told).toMatchObject({
      lines: [0, 1, 2].map((value) => ({ steps: [0, 1, 2], values: [value, value + 0.1, value + 0.2] })),
    });
    expect(server.asked.map(({ params }) => params)).toMatchObject([{ array: 'action', columns: [0, 1, 2] }]);
  });

  test('of two arrays is read from both, with no more points than are given', async () => {
    await model.read();
    server.asked.length = 0;
    await model.act(trace);
    expect(server.asked.map(({ params }) => params)).toMatchObject([
      { array: 'action', columns: [7], maxPoints: 20_000 },
      { array: 'robot_gripper_state', columns: [0], maxPoints: 20_000 },
    ]);
  });

  test('that cannot be read says so; of no chart it is none', async () => {
    await model.read();
    fails('columns');
    expect(await model.act(trace)).toMatchObject({ type: 'trace', lines: [], problem: 'torn' });
    expect(await model.act({ ...trace, chart: 'nothing' })).toBeUndefined();
  });
});

describe('what lies there', () => {
  test('is looked at before the headers are read, and told when it changes', async () => {
    const header = join(folder, 'header');
    writeFileSync(header, 'a');
    server.answers = { ...server.answers, dataSetFiles: () => ({ files: [folder, header] }) };
    await model.read();
    expect(server.asked.slice(0, 2).map(({ name }) => name)).toEqual(['dataSetFiles', 'episodes']);
    expect(outdated()).toEqual([]);
    appendFileSync(header, 'b');
    await vi.waitFor(() => expect(outdated()).toHaveLength(1), 10_000);
    await model.act({ kind: 'refresh' });
    expect(outdated()).toEqual([]);
  });

  test('is told when it changes although it could not be read', async () => {
    fails('episodes', 'is not a data set');
    await model.read();
    expect(view(model.snapshot()).reason).toBe('is not a data set');
    writeFileSync(join(folder, 'meta'), '');
    await vi.waitFor(() => expect(outdated()).toHaveLength(1), 10_000);
  });

  const outdated = () => view(model.snapshot()).banners.filter(({ code }) => code === 'outdated');
});
