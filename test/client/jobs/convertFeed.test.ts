/** What fills a conversion's panel: the events of its job. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { feedConversion } from '../../../client/jobs/convertFeed.js';
import { ConvertModel } from '../../../client/panels/convertModel.js';
import type { ConvertToPage } from '../../../client/panels/panelMessages.js';
import type { JobEvent, JobTelling } from '../../../engine/wire/jobs.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-feeds-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const told = (...all: JobTelling[]): JobEvent[] =>
  all.map((each, index) => ({ seq: index + 1, time: 0, told: each }));

test('a conversion shows the picture that was converted last', async () => {
  const picture = fileURLToPath(
    new URL('../../fixtures/reference/cogact-mini/episode_0000/images/frame_0000.jpg', import.meta.url),
  );
  const model = new ConvertModel('id', { input: 'in', output: 'out' });
  const last = { episode: 'episode_0000', frame: 0, path: picture };
  const progress = { done: 5, total: 10, unit: 'frames', rate: 50, timeLeft: 0.1, last };
  const problem = vi.fn();
  await feedConversion(
    model,
    told({ kind: 'state', state: 'running' }, { kind: 'progress', progress }),
    problem,
  );
  const messages = model.snapshot() as readonly ConvertToPage[];
  expect(messages).toContainEqual(
    expect.objectContaining({
      type: 'thumbnails',
      thumbnails: [expect.objectContaining({ episode: 'episode_0000' })],
    }),
  );
  const gone = { ...progress, last: { ...last, path: join(folder, 'gone.jpg') } };
  await feedConversion(model, told({ kind: 'progress', progress: gone }), problem);
  expect(problem).toHaveBeenCalledOnce();
});

const view = (model: ConvertModel) => {
  const [message] = model.snapshot();
  return message?.type === 'conversion' ? message.conversion : undefined;
};
async function fed(...all: JobTelling[]) {
  const model = new ConvertModel('id', { input: 'in', output: 'out' });
  await feedConversion(model, told(...all), (error) => expect.unreachable(String(error)));
  return model;
}

test('its output is a note a line, without empty ones', async () => {
  expect(view(await fed({ kind: 'log', text: 'first\n\n  \nsecond\n' }))?.notes).toEqual(['first', 'second']);
});

test('a failed job says why, and what can be done', async () => {
  const error = { code: 'x', message: 'the disk is full', hint: 'free some' };
  expect(view(await fed({ kind: 'state', state: 'failed', error }))).toMatchObject({
    state: 'failed',
    reason: 'the disk is full. free some',
  });
});

test('its result is shown; one of another kind is not', async () => {
  const result = { episodes: 3, steps: 90, skipped: [], seconds: 2, output: '/out.zarr' };
  expect(view(await fed({ kind: 'result', result: { nothing: true } }))?.result).toBeNull();
  const skipped = [{ episode: 'e', reason: 'r' }];
  const whole = await fed({ kind: 'result', result: { ...result, skipped } });
  expect(view(whole)).toMatchObject({ state: 'done', result: { episodes: 3 }, skippedCount: 1 });
});

test('a picture that is not a JPEG, or larger than a recording has, is not shown', async () => {
  const [text, large] = [join(folder, 'a.txt'), join(folder, 'a.jpg')];
  writeFileSync(text, 'x');
  writeFileSync(large, Buffer.alloc(4e6 + 1));
  const progress = (path: string): JobTelling => ({
    kind: 'progress',
    progress: {
      done: 1,
      total: 2,
      unit: 'frames',
      rate: 1,
      timeLeft: 1,
      last: { episode: 'e', frame: 0, path },
    },
  });
  const model = await fed(progress(text), progress(large));
  expect(model.snapshot().map(({ type }) => type)).toEqual(['conversion']);
});
