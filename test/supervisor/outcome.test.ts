import { expect, test } from 'vitest';
import { interrupted, outcomeOf } from '../../engine/supervisor/outcome.js';
import type { Job } from '../../engine/wire/jobs.js';

const job = (kind: Job['kind'], more: Partial<Job> = {}) => ({ kind, ...more }) as Job;
const failed = (code: string) => ({ kind: 'failed', error: { code, message: 'm' } }) as const;
const RUN = { runDir: '/run' };

test.each<[string, Job, string, boolean, string, boolean]>([
  ['a failure', job('adapt'), 'checkpoint-zip', false, 'failed', false],
  ['a training that fails before its run folder', job('finetune'), 'usage', false, 'failed', false],
  ['a training that fails in it', job('finetune', RUN), 'disk-enospc', false, 'failed', true],
  [
    'a conversion that fails on the way',
    job('convert', { progress: { done: 1, total: 2, unit: 'frames' } }),
    'x',
    false,
    'failed',
    true,
  ],
  ['a conversion of which an earlier one left a part', job('convert'), 'unfinished', false, 'failed', true],
  ['a training that crashes', job('finetune'), 'job-crashed', false, 'failed', true],
  ['an adaptation that crashes', job('adapt'), 'job-crashed', false, 'failed', false],
  ['an end that is asked for', job('finetune'), 'cancelled', true, 'cancelled', true],
  ['an end that is asked for, of what keeps nothing', job('report'), 'cancelled', true, 'cancelled', false],
  ['a crash although the end was asked for', job('finetune'), 'worker-crashed', true, 'failed', true],
])('%s', (_, of, code, isEndWanted, state, resumable) => {
  expect(outcomeOf(of, failed(code), isEndWanted)).toMatchObject({ state, resumable });
});

test('an answer of another form, or of no size that a message takes, is a failure', () => {
  expect(outcomeOf(job('report'), { kind: 'done', result: { odd: 1 } }, false)).toMatchObject({
    state: 'failed',
    error: { code: 'internal' },
  });
  const large = { kind: 'done', result: 'x'.repeat(5 * 2 ** 20) } as const;
  expect(outcomeOf(job('report'), large, false)).toMatchObject({
    state: 'failed',
    error: { code: 'result-too-large', hint: expect.any(String) },
  });
});

test('a job whose supervisor was killed can be resumed, and says what still runs', () => {
  expect(interrupted(undefined)).toMatchObject({
    state: 'failed',
    resumable: true,
    error: { code: 'engine-stopped' },
  });
  const { error } = interrupted(123);
  expect(error!.message).toContain('123');
  expect(error!.hint).toContain('kill -INT 123');
  expect(interrupted(undefined).error!.hint).not.toContain('kill');
});
