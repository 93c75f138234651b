import { expect, test } from 'vitest';
import type { EventLog } from '../../engine/supervisor/eventLog.js';
import type { ListedJob } from '../../engine/supervisor/listedJob.js';
import { Subscription } from '../../engine/supervisor/subscription.js';
import type { JobEvent } from '../../engine/wire/jobs.js';

const event = (seq: number): JobEvent => ({ seq, time: seq, told: { kind: 'log', text: String(seq) } });

/** A log of events in memory, two a page. */
function logOf(...events: JobEvent[]) {
  const listeners = new Set<() => void>();
  return {
    add: (...more: JobEvent[]) => {
      events.push(...more);
      for (const listener of listeners) listener();
    },
    listeners,
    page: (from: number) => events.filter(({ seq }) => seq >= from).slice(0, 2),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function subscribed(
  log: ReturnType<typeof logOf>,
  next = 1,
  send?: (events: readonly JobEvent[]) => Promise<void>,
) {
  const sent: number[][] = [];
  const problems: Error[] = [];
  let closed = 0;
  const job = {
    openLog: async () => log as unknown as EventLog,
    closeLog: async () => void closed++,
  } as unknown as ListedJob;
  const take = async (events: readonly JobEvent[]): Promise<void> => {
    sent.push(events.map(({ seq }) => seq));
    await send?.(events);
  };
  const subscription = new Subscription(
    () => job,
    next,
    take,
    (problem) => problems.push(problem),
  );
  return { subscription, sent, problems, job, closed: () => closed };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test('events come page by page in order, from where it is asked, then as they are written', async () => {
  const log = logOf(event(1), event(2), event(3), event(4));
  const { subscription, sent } = subscribed(log, 2);
  subscription.refresh();
  await settled();
  log.add(event(5));
  await settled();
  expect(sent).toEqual([[2, 3], [4], [5]]);
});

test('a client that reads slowly gets one page at a time, and none twice', async () => {
  const log = logOf(event(1), event(2));
  let free: () => void = () => undefined;
  const { subscription, sent } = subscribed(log, 1, () => new Promise((resolve) => (free = resolve)));
  subscription.refresh();
  await settled();
  log.add(event(3), event(4), event(5));
  subscription.refresh();
  await settled();
  expect(sent).toEqual([[1, 2]]);
  free();
  await settled();
  free();
  await settled();
  expect(sent).toEqual([[1, 2], [3, 4], [5]]);
});

test('once it is disposed, or its client is gone, nothing is sent and the log is let go', async () => {
  const log = logOf(event(1));
  const one = subscribed(log);
  one.subscription.refresh();
  await settled();
  one.subscription.dispose();
  log.add(event(2));
  await settled();
  expect([one.sent, one.closed(), log.listeners.size]).toEqual([[[1]], 1, 0]);
  const other = subscribed(logOf(event(1), event(2), event(3)), 1, () => Promise.reject(new Error('gone')));
  other.subscription.refresh();
  await settled();
  expect([other.sent, other.closed(), other.problems]).toEqual([[[1, 2]], 1, []]);
});

test('a job that is there no more is a problem, not a crash', async () => {
  const problems: Error[] = [];
  const find = () => {
    throw new Error('there is no job');
  };
  new Subscription(
    find,
    1,
    async () => undefined,
    (problem) => problems.push(problem),
  ).refresh();
  await settled();
  expect(problems.map(({ message }) => message)).toEqual(['there is no job']);
});
