/** Waits for a job's end and its result. */
import { expect, test } from 'vitest';
import type { Engine } from '../../../client/engine/engine.js';
import { resultOf } from '../../../client/jobs/ended.js';
import type { Job, JobEvent, JobTelling } from '../../../engine/wire/jobs.js';

const JOB = { id: '1', title: 'Adapt' } as Job;

function followed() {
  let send: (events: readonly JobEvent[]) => void = () => undefined;
  let disposed = 0;
  const engine = {
    follow: async (_: string, onEvents: typeof send) => {
      send = onEvents;
      return { dispose: () => disposed++ };
    },
  } as unknown as Engine;
  const result = resultOf(engine, JOB);
  const tell = (...all: JobTelling[]) => send(all.map((told, seq) => ({ seq, time: 0, told })));
  return { result, tell, disposed: () => disposed };
}

test('the result of a job that is done, which came before its end', async () => {
  const { result, tell, disposed } = followed();
  tell({ kind: 'state', state: 'running' }, { kind: 'result', result: { keys: 3 } });
  tell({ kind: 'state', state: 'done' });
  expect([await result, disposed()]).toEqual([{ keys: 3 }, 1]);
});

test.each<[JobTelling, string]>([
  [
    { kind: 'state', state: 'failed', error: { code: 'x', message: 'disk full', hint: 'free some' } },
    'Adapt: disk full. free some',
  ],
  [{ kind: 'state', state: 'failed', error: { code: 'x', message: 'disk full' } }, 'Adapt: disk full'],
  [{ kind: 'state', state: 'cancelled' }, 'Adapt: cancelled'],
])('%j is its reason', async (end, message) => {
  const { result, tell, disposed } = followed();
  tell(end);
  await expect(result).rejects.toThrow(message);
  expect(disposed()).toBe(1);
});

test('an engine that cannot be followed is told', async () => {
  const engine = { follow: () => Promise.reject(new Error('no engine')) } as unknown as Engine;
  await expect(resultOf(engine, JOB)).rejects.toThrow('no engine');
});
