/** What fills a run's panel: its log, and the events of its job. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunFeed } from '../../../client/jobs/runFeed.js';
import type { RunToPage } from '../../../client/panels/panelMessages.js';
import { RunModel } from '../../../client/panels/runModel.js';
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
