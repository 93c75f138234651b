import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { isLive, type Job, jobCall, jobId, jobRequest, jobTelling } from '../../engine/wire/jobs.js';

const takes = (request: unknown) => v.safeParse(jobRequest, request).success;

test('what is left out has its default', () => {
  expect(v.parse(jobRequest, { kind: 'convert', input: '/a', output: '/b' })).toEqual({
    kind: 'convert',
    input: '/a',
    output: '/b',
    gripper: true,
    resume: false,
    overwrite: false,
  });
  expect(v.parse(jobRequest, { kind: 'finetune', config: '/c' })).toMatchObject({ overrides: [] });
});

describe('paths are absolute, of any system', () => {
  test.each(['/a/b', 'C:\\a', 'C:/a', '\\\\server\\a', '/ü b'])('%s', (path) =>
    expect(takes({ kind: 'finetune', config: path })).toBe(true),
  );
  test.each(['a', './a', '', '-a', '/a\0b', `/${'a'.repeat(5000)}`, 5])('%j is not', (path) => {
    expect(takes({ kind: 'finetune', config: path })).toBe(false);
  });
});

test.each(['--output=/etc/passwd', '-x', '', 'a\0'])(
  'the override %j could be taken for something else',
  (word) => {
    expect(takes({ kind: 'finetune', config: '/c', overrides: [word] })).toBe(false);
  },
);

test.each([
  [{ kind: 'other' }],
  [{ kind: 'finetune', config: '/c', extra: 1 }],
  [{ kind: 'finetune', config: '/c', backend: 'cuda' }],
  [{ kind: 'convert', input: '/a', output: '/b', resolution: [1] }],
  [{ kind: 'convert', input: '/a', output: '/b', processes: -1 }],
  [{ kind: 'convert', input: '/a', output: '/b', processes: 1.5 }],
  [{ kind: 'gripper', logs: [] }],
  [{ kind: 'report', runs: 'x' }],
  [{}],
])('%j is not a request', (request) => expect(takes(request)).toBe(false));

test('a call names so much that a list of jobs still fits in one message', () => {
  const call = (count: number) => ({
    cwd: '/p',
    request: { kind: 'gripper', logs: Array.from({ length: count }, () => `/${'a'.repeat(150)}`) },
  });
  expect(v.safeParse(jobCall, call(200)).success).toBe(true);
  expect(v.safeParse(jobCall, call(300)).success).toBe(false);
});

test.each([
  ['20260101-120000-finetune-0011aabb', true],
  ['20260101-120000-installEngine-0011aabb', true],
  ['../20260101-120000-finetune-0011aabb', false],
  ['20260101-120000-finetune-0011AABB', false],
  ['', false],
])('%s is the id of a job: %s', (id, is) => expect(v.is(jobId, id)).toBe(is));

test('numbers that are not finite pass, and null in older logs is NaN', () => {
  const step = {
    event: 'step',
    epoch: 0,
    globalStep: 1,
    batch: 1,
    batches: 2,
    memoryBytes: 5,
    secondsLeft: Number.POSITIVE_INFINITY,
  };
  const told = v.parse(jobTelling, {
    kind: 'train',
    event: { ...step, loss: Number.NaN, stepsPerSecond: null },
  });
  expect(told).toMatchObject({
    event: { loss: Number.NaN, stepsPerSecond: Number.NaN, secondsLeft: Number.POSITIVE_INFINITY },
  });
  expect(v.is(jobTelling, { kind: 'train', event: { ...step, loss: 'x' } })).toBe(false);
});

test('a job lives until it has ended', () => {
  expect(isLive({ state: 'paused' } as Job)).toBe(true);
  expect(isLive({ state: 'paused', ended: 5 } as Job)).toBe(false);
});
