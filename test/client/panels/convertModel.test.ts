/** What the conversion panel shows. */
import { describe, expect, test } from 'vitest';
import { ConvertModel } from '../../../client/panels/convertModel.js';
import {
  type ConvertToPage,
  type JobState,
  MAX_THUMBNAILS,
  type ToPage,
} from '../../../client/panels/panelMessages.js';

const made = () => new ConvertModel('s', { input: 'in', output: 'out' });
function view(model: ConvertModel) {
  const [message] = model.changes() as Extract<ConvertToPage, { type: 'conversion' }>[];
  return message!.conversion;
}

test('thumbnails stay a handful, and a page that opens again gets those', () => {
  const model = new ConvertModel('s', { input: 'in', output: 'out' });
  for (let i = 0; i < 100; i++) model.thumbnail('episode_0000', i, new Uint8Array(4));
  const of = (messages: readonly ToPage<'convert'>[]) =>
    messages.flatMap((message) =>
      message.type === 'thumbnails' ? message.thumbnails.map(({ frame }) => frame) : [],
    );
  expect(of(model.changes())).toHaveLength(MAX_THUMBNAILS);
  model.thumbnail('episode_0001', 7, new Uint8Array(4));
  expect(of(model.changes())).toEqual([7]);
  expect(of(model.snapshot())).toEqual([...Array.from({ length: MAX_THUMBNAILS - 1 }, (_, i) => 77 + i), 7]);
});

describe('what it shows', () => {
  test('before anything came', () => {
    expect(view(made())).toMatchObject({
      input: 'in',
      output: 'out',
      state: 'queued',
      frames: 0,
      totalFrames: null,
      framesPerSecond: null,
      secondsLeft: null,
      result: null,
      controls: ['cancel'],
    });
  });

  test('a speed and a time left as long as it runs', () => {
    const model = made();
    model.setState('running');
    model.advance({ frames: 5, totalFrames: 20, framesPerSecond: 4, secondsLeft: Number.POSITIVE_INFINITY });
    expect(view(model)).toMatchObject({ frames: 5, totalFrames: 20, framesPerSecond: 4, secondsLeft: null });
    model.setState('failed', 'disk full');
    expect(view(model)).toMatchObject({ frames: 5, framesPerSecond: null, reason: 'disk full' });
  });

  test('an episode that is left out once, however often it is told; the list is bounded, the count is not', () => {
    const model = made();
    for (const reason of ['first', 'second']) model.skip({ episode: 'a', reason });
    for (let k = 0; k < 600; k++) model.skip({ episode: `b${k}`, reason: 'r' });
    const { skipped, skippedCount } = view(model);
    expect(skipped[0]).toEqual({ episode: 'a', reason: 'second' });
    expect([skipped.length, skippedCount]).toEqual([500, 601]);
  });

  test('a hundred notes, the first ones', () => {
    const model = made();
    for (let k = 0; k < 150; k++) model.note(String(k));
    expect(view(model).notes).toEqual(Array.from({ length: 100 }, (_, k) => String(k)));
  });

  test('the result, with what it left out', () => {
    const model = made();
    model.finish({
      episodes: 3,
      steps: 90,
      seconds: 1,
      output: '/out.zarr',
      skipped: [{ episode: 'e', reason: 'r' }],
    });
    expect(view(model)).toMatchObject({
      state: 'done',
      output: '/out.zarr',
      result: { episodes: 3, steps: 90 },
      skippedCount: 1,
      controls: [],
    });
  });

  test('rotations that are not as recorded, with the width of the actions', () => {
    const model = made();
    const result = { episodes: 3, steps: 90, seconds: 1, output: '/out.zarr', skipped: [] };
    model.finish(result);
    expect(view(model).result?.turned).toBeNull();
    model.finish({ ...result, rotation: '6d', shapes: { action: [10], robot_eef_pose: [9] } });
    expect(view(model).result?.turned).toEqual({ rotation: '6d', actionDim: 10 });
  });

  test.each<[JobState, readonly string[]]>([
    ['running', ['cancel']],
    ['stopping', []],
    ['failed', ['resume']],
    ['cancelled', ['resume']],
    ['done', []],
  ])('%s offers %j', (state, controls) => {
    const model = made();
    model.setState(state);
    expect(view(model).controls).toEqual(controls);
  });
});

test('each change is told', () => {
  const model = made();
  let told = 0;
  model.changed.listen(() => {
    told += 1;
  });
  model.note('a');
  model.skip({ episode: 'e', reason: 'r' });
  model.advance({ frames: 1, totalFrames: 2, framesPerSecond: undefined, secondsLeft: undefined });
  model.thumbnail('e', 0, new Uint8Array(1));
  model.setState('running');
  expect(told).toBe(5);
});
