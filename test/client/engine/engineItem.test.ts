/** How far a job is, in a few words. */
import { expect, test, vi } from 'vitest';
import { progressText } from '../../../client/engine/engineItem.js';
import type { Job } from '../../../engine/wire/jobs.js';

vi.mock('vscode', () => import('../harness/editorStandIn.js'));

const job = (progress: object | undefined, ended?: number) => ({ title: 'Convert', progress, ended }) as Job;

test.each<[string, Job, string]>([
  ['a part of all', job({ done: 1, total: 3 }), 'Convert 33 %'],
  ['never more than it is', job({ done: 999, total: 1000 }), 'Convert 99 %'],
  ['nothing to count', job({ done: 0, total: 0 }), 'Convert'],
  ['nothing told yet', job(undefined), 'Convert'],
  ['one that ended', job({ done: 1, total: 3 }, 5), 'Convert'],
])('%s', (_, each, text) => {
  expect(progressText(each)).toBe(text);
});
