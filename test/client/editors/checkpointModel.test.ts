/** What the checkpoint editor shows, and what it does as its page asks. */
import { describe, expect, test } from 'vitest';
import type { CheckpointToPage } from '../../../client/editors/checkpointMessages.js';
import { CheckpointModel } from '../../../client/editors/checkpointModel.js';
import { checkToPage } from '../../../client/panels/panelMessages.js';
import { shamServer } from './shamServer.js';

const dict = (name: string, kind: 'weights' | 'optimizer' = 'weights') => ({
  name,
  shown: name,
  kind,
  keys: 2,
  values: 9,
});
const HEADER = {
  bytes: 1000,
  policy: 'Policy',
  actionDim: 7,
  epoch: 10,
  globalStep: 500,
  stateDicts: [dict('ema_model'), dict('model'), dict('optimizer', 'optimizer')],
  unexpectedGlobals: [] as string[],
  unexpectedCount: 0,
  form: null as string | null,
  comparisonProblem: null as string | null,
};
const row = (key: string) => ({
  key,
  shape: [2],
  dtype: 'float32',
  alias: null,
  verdict: 'same',
  expected: [2],
  fate: null,
  gets: null,
});
const place = { file: '/c.yaml', line: 3, column: 5 };
const ANSWER = {
  meaning: 'bias',
  aliases: [],
  dimensions: [
    {
      size: 7,
      meaning: 'action',
      setBy: [
        { path: 'a', place },
        { path: 'override', place: null },
      ],
    },
  ],
  verdict: 'differs',
  why: 'w',
  fate: null,
  fix: 'regrip adapt',
};
const TARGET = { primary: '/c.yaml', overrides: ['x=1'], label: 'train' };

function opened(change: Partial<typeof HEADER> = {}, target: typeof TARGET | null = TARGET) {
  const server = shamServer({
    checkpoint: () => ({ ...HEADER, ...change }),
    checkpointKeys: ({ stateDict }: { stateDict: string }) => ({
      rows: [row(`${stateDict}.a`), row(`${stateDict}.b`)],
    }),
    explainKey: () => [{ key: 'k', answer: ANSWER, markdown: '' }],
    tensorHistogram: () => ({
      elements: 2,
      counts: [1, 1],
      min: 0,
      max: 1,
      mean: 0,
      std: 1,
      nan: 0,
      infinite: 0,
      zeros: 0,
    }),
  });
  const done: unknown[] = [];
  const doors = {
    openListing: async () => void done.push('listing'),
    selectTarget: async () => void done.push('target'),
    openPlace: async (each: unknown) => void done.push(each),
    copy: async (text: string) => void done.push(text),
  };
  return {
    model: new CheckpointModel({ path: '/a.ckpt', name: 'a.ckpt', server, target, doors }),
    server,
    done,
  };
}

const view = (messages: readonly CheckpointToPage[]) =>
  messages.flatMap((each) => (each.type === 'checkpoint' ? each.checkpoint : []))[0]!;
const keys = (messages: readonly CheckpointToPage[]) =>
  messages.flatMap((each) => (each.type === 'keys' ? each.rows.map(({ name }) => name) : []));

describe('reading', () => {
  test('shows the trained weights first; each message passes the page’s schema', async () => {
    const { model } = opened();
    expect([view(model.snapshot()).state, keys(model.snapshot())]).toEqual(['reading', []]);
    await model.read();
    const told = model.changes();
    expect(view(told)).toMatchObject({ state: 'read', bytes: 1000, actionDim: 7, shown: 1, target: 'train' });
    expect(keys(told)).toEqual(['model.a', 'model.b']);
    for (const message of told) expect(checkToPage('checkpoint', message)).toHaveProperty('message');
    expect(model.changes()).toEqual([]);
  });

  test('what is wrong is shown, until it is read again', async () => {
    const { model, server } = opened();
    const { answers } = server;
    server.answers = {
      checkpoint: () => {
        throw new Error('torn');
      },
    };
    await model.read();
    expect(view(model.changes())).toMatchObject({ state: 'failed', reason: 'torn' });
    server.answers = answers;
    await model.read();
    expect(view(model.changes())).toMatchObject({ state: 'read', reason: null });
  });

  test('a newer reading takes the place of one under way', async () => {
    const { model, server } = opened();
    const { answers } = server;
    server.answers = { checkpoint: () => new Promise(() => undefined) };
    const first = model.read();
    server.answers = answers;
    await model.read();
    expect(server.asked[0]?.signal.aborted).toBe(true);
    expect(view(model.changes()).state).toBe('read');
    void first; // never answered, never waited for
  });

  test('another target is asked about with its overrides', async () => {
    const { model, server } = opened({}, null);
    await model.read();
    await model.setTarget(TARGET);
    const targets = server.asked.filter(({ name }) => name === 'checkpoint').map(({ params }) => params);
    expect(targets).toEqual([
      { path: '/a.ckpt', target: null },
      { path: '/a.ckpt', target: { primary: '/c.yaml', overrides: ['x=1'] } },
    ]);
  });

  test('a file without a state dict has no keys', async () => {
    const { model } = opened({ stateDicts: [] });
    await model.read();
    expect([view(model.snapshot()).shown, keys(model.snapshot())]).toEqual([0, []]);
  });
});

describe('a state dict', () => {
  test('that is chosen is shown, also after the file was read anew with another order', async () => {
    const { model, server } = opened();
    await model.read();
    await model.act({ kind: 'showStateDict', stateDict: 0 });
    expect(keys(model.changes())).toEqual(['ema_model.a', 'ema_model.b']);
    const { answers } = server;
    server.answers = {
      ...answers,
      checkpoint: () => ({ ...HEADER, stateDicts: [...HEADER.stateDicts].reverse() }),
    };
    await model.read();
    expect(view(model.changes()).shown).toBe(2);
  });

  test('that cannot be read leaves the one before', async () => {
    const { model, server } = opened();
    await model.read();
    model.changes();
    server.answers = {
      checkpointKeys: () => {
        throw new Error('torn');
      },
    };
    await expect(model.act({ kind: 'showStateDict', stateDict: 0 })).rejects.toThrow('torn');
    expect(view(model.snapshot()).shown).toBe(1);
  });

  test('that does not exist is none', async () => {
    const { model } = opened();
    await model.read();
    model.changes();
    await model.act({ kind: 'showStateDict', stateDict: 9 });
    expect(model.changes()).toEqual([]);
  });
});

describe('a key', () => {
  test('is explained, with the places that can be opened; they are then', async () => {
    const { model, server, done } = opened();
    await model.read();
    const told = await model.act({ kind: 'explain', row: 1 });
    expect(told).toMatchObject({ type: 'key', row: 1, detail: { meaning: 'bias' } });
    expect(told).toMatchObject({
      detail: {
        dimensions: [
          {
            setBy: [
              { path: 'a', canOpen: true },
              { path: 'override', canOpen: false },
            ],
          },
        ],
      },
    });
    expect(server.asked.at(-1)?.params).toMatchObject({
      checkpoint: '/a.ckpt',
      stateDict: 'model',
      key: 'model.b',
    });
    await model.act({ kind: 'openPlace', dimension: 0, source: 0 });
    await model.act({ kind: 'openPlace', dimension: 0, source: 1 });
    await model.act({ kind: 'openPlace', dimension: 7, source: 0 });
    await model.act({ kind: 'copyFix' });
    expect(done).toEqual([place, 'regrip adapt']);
  });

  test('has its numbers drawn when asked', async () => {
    const { model } = opened();
    await model.read();
    expect(await model.act({ kind: 'histogram', row: 0 })).toMatchObject({
      row: 0,
      histogram: { counts: [1, 1] },
    });
  });

  test('that does not exist is not asked about', async () => {
    const { model, server, done } = opened();
    await model.read();
    const before = server.asked.length;
    expect(await model.act({ kind: 'explain', row: 99 })).toBeUndefined();
    expect(await model.act({ kind: 'histogram', row: 99 })).toBeUndefined();
    await model.act({ kind: 'copyFix' });
    expect([server.asked.length, done]).toEqual([before, []]);
  });
});

test('what leads out of the editor', async () => {
  const { model, done } = opened();
  await model.act({ kind: 'openListing' });
  await model.act({ kind: 'selectTarget' });
  expect(done).toEqual(['listing', 'target']);
});

describe('banners', () => {
  const codes = async (change: Partial<typeof HEADER>, target: typeof TARGET | null = TARGET) => {
    const { model } = opened(change, target);
    await model.read();
    return view(model.snapshot()).banners;
  };

  test('none of a training’s own checkpoint that is compared', async () => {
    expect(await codes({})).toEqual([]);
  });

  test('names of code, five of them and how many more', async () => {
    const unexpectedGlobals = ['os.system', 'b', 'c', 'd', 'e', 'f'];
    const [banner] = await codes({ unexpectedGlobals, unexpectedCount: 40 });
    expect(banner).toMatchObject({ severity: 'error', code: 'unexpected-globals' });
    expect(banner!.message).toMatch(/os\.system, b, c, d, e and 35 more/);
  });

  test('a comparison that failed, only where there is something to compare with', async () => {
    const problem = { comparisonProblem: 'no policy' };
    expect((await codes(problem)).map(({ code }) => code)).toEqual(['not-compared']);
    expect(await codes(problem, null)).toEqual([]);
  });

  test('a file of another kind', async () => {
    expect((await codes({ form: 'a bare state dict' })).map(({ code }) => code)).toEqual(['other-form']);
  });
});

test('once it is closed, an answer is nobody’s', async () => {
  const { model } = opened();
  await model.read();
  model.dispose();
  expect(await model.act({ kind: 'explain', row: 0 })).toBeUndefined();
});
