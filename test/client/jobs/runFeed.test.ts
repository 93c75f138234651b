/** What fills panels: a log that grows or is cut back, and the events of jobs. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { feedConversion } from '../../../client/jobs/convertFeed.js';
import { RunFeed } from '../../../client/jobs/runFeed.js';
import { ConvertModel } from '../../../client/panels/convertModel.js';
import type { ConvertToPage, RunToPage } from '../../../client/panels/panelMessages.js';
import { RunModel } from '../../../client/panels/runModel.js';
import { LogTail } from '../../../engine/formats/run/logTail.js';
import type { Job, JobEvent, JobTelling } from '../../../engine/wire/jobs.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-feeds-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const log = () => join(folder, 'logs.json.txt');
const line = (step: number) => `{"train_loss": 0.5, "global_step": ${step}, "epoch": 0, "lr": 0.1}\n`;
const told = (...all: JobTelling[]): JobEvent[] =>
  all.map((each, index) => ({ seq: index + 1, time: 0, told: each }));

describe('the tail of a log', () => {
  test('tells what is there, then what comes, whole lines alone', async () => {
    const steps: number[] = [];
    const tail = new LogTail(log(), (rows) => steps.push(...rows.map((row) => row['global_step']!)));
    writeFileSync(log(), line(0) + line(1).slice(0, 20));
    await tail.read(false);
    expect(steps).toEqual([0]);
    appendFileSync(log(), line(1).slice(20));
    await tail.read(false);
    expect(steps).toEqual([0, 1]);
    tail.dispose();
  });

  test('begins again when a resume cut the log back', async () => {
    const steps: number[] = [];
    const tail = new LogTail(log(), (rows) => steps.push(...rows.map((row) => row['global_step']!)));
    writeFileSync(log(), line(0) + line(1) + line(2));
    await tail.read(false);
    writeFileSync(log(), line(0));
    await tail.read(false);
    expect(steps).toEqual([0, 1, 2, 0]);
  });

  test('waits for a log that is not there yet, until it is disposed', async () => {
    const seen = vi.fn();
    const tail = new LogTail(log(), seen);
    await tail.read(true);
    writeFileSync(log(), line(0));
    await vi.waitUntil(() => seen.mock.calls.length === 1, { timeout: 5000 });
    tail.dispose();
  });
});

describe('a run', () => {
  const job = { id: '20260101-000000-finetune-00000000', state: 'running' } as Job;
  const header = (model: RunModel) => {
    const found = model
      .snapshot()
      .find((message): message is Extract<RunToPage, { type: 'runHeader' }> => message.type === 'runHeader');
    return found!.header;
  };

  test('shows its log and its job, and says why it failed', async () => {
    writeFileSync(log(), line(0) + line(1));
    const model = new RunModel({ name: 'run', runDir: folder });
    let send: (events: readonly JobEvent[]) => void = () => undefined;
    const engine = {
      follow: async (_id: string, onEvents: typeof send) => {
        send = onEvents;
        return { dispose: () => undefined };
      },
    };
    const feed = new RunFeed(model, engine, (error) => expect.unreachable(String(error)));
    await feed.job(job, folder);
    send(told({ kind: 'state', state: 'running' }));
    expect(header(model)).toMatchObject({ state: 'running', progress: { globalStep: 2 } });
    const error = { code: 'job-crashed', message: 'the worker ended', hint: 'resume it' };
    send(told({ kind: 'state', state: 'failed', error }));
    expect(header(model)).toMatchObject({
      state: 'failed',
      reason: 'the worker ended. resume it',
      controls: ['resume'],
    });
    feed.dispose();
  });
});

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
