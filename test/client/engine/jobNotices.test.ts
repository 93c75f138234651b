/** How the end of a job is told. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../../client/engine/engine.js';
import { JobNotices } from '../../../client/engine/jobNotices.js';
import type { Job } from '../../../engine/wire/jobs.js';
import { EventEmitter, window } from '../harness/editorStandIn.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

beforeEach(() => vi.clearAllMocks());
const MINUTE = 60_000;
const job = (change: object): Job =>
  ({ id: '1', title: 'Convert', state: 'running', started: 0, ...change }) as Job;

function watched(jobs: Job[] = []) {
  const changes = new EventEmitter<Job | undefined>();
  const done: string[] = [];
  const engine = { jobs, onChange: changes.event } as unknown as Engine;
  const notices = new JobNotices(
    engine,
    async ({ id }) => void done.push(`open ${id}`),
    async ({ id }) => void done.push(`resume ${id}`),
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const see = async (...all: (Job | undefined)[]) => {
    for (const each of all) changes.fire(each);
    await settled();
  };
  return { see, done, notices };
}

describe('a job that failed', () => {
  const failed = job({ state: 'failed', ended: 5, error: { message: 'disk full', hint: 'free some' } });

  test('says why, and what to do; it can be shown', async () => {
    const { see, done } = watched();
    window.showErrorMessage.mockResolvedValueOnce('Show');
    await see(job({}), failed);
    expect(window.showErrorMessage.mock.calls[0]).toEqual(['Regrip: Convert: disk full. free some', 'Show']);
    expect(done).toEqual(['open 1']);
  });

  test('and can go on is resumed when the person says so', async () => {
    const { see, done } = watched();
    window.showErrorMessage.mockResolvedValueOnce('Resume');
    await see(job({}), { ...failed, resumable: true });
    expect(window.showErrorMessage.mock.calls[0]!.slice(1)).toEqual(['Resume', 'Show']);
    expect(done).toEqual(['resume 1']);
  });

  test('before this window came is none of its own; one that ended is told once', async () => {
    const { see, done } = watched();
    await see(failed);
    expect(window.showErrorMessage).not.toHaveBeenCalled();
    await see(job({}), failed, failed);
    expect([window.showErrorMessage.mock.calls.length, done]).toEqual([1, []]);
  });
});

test.each([
  ['a long one is told', MINUTE, 1],
  ['a short one is not', MINUTE - 1, 0],
])('done: %s', async (_, ended, told) => {
  const { see } = watched();
  await see(job({}), job({ state: 'done', ended }));
  expect(window.showInformationMessage).toHaveBeenCalledTimes(told);
});

test('jobs that were at work when the window came are its own', async () => {
  const { see } = watched([job({})]);
  await see(undefined, job({ state: 'done', ended: MINUTE }));
  expect(window.showInformationMessage).toHaveBeenCalledOnce();
});

test('a job that was cancelled is not told of', async () => {
  const { see, notices } = watched();
  await see(job({}), job({ state: 'cancelled', ended: MINUTE }));
  notices.dispose();
  await see(job({}), job({ state: 'failed', ended: 1 }));
  for (const show of [window.showErrorMessage, window.showInformationMessage])
    expect(show).not.toHaveBeenCalled();
});
