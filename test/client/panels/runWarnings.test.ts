/** What a person should know about a run before trusting its curves. */
import { expect, test } from 'vitest';
import { RunCurves } from '../../../client/panels/curves.js';
import { runBanners } from '../../../client/panels/runWarnings.js';

type RunFacts = Parameters<typeof runBanners>[0];

function curves(losses: readonly number[]): RunCurves {
  const made = new RunCurves();
  for (const [step, loss] of losses.entries())
    made.add({ train_loss: loss, global_step: step, epoch: 0, lr: 0.1 });
  return made;
}
const FRESH = curves(Array(40).fill(1.02));
const INHERITED = curves(Array(40).fill(0.1));

const FACTS: RunFacts = {
  curves: INHERITED,
  promise: undefined,
  start: undefined,
  reason: undefined,
  state: 'running',
};
const told = (change: Partial<RunFacts>) =>
  runBanners({ ...FACTS, ...change }).map(({ severity, code }) => [severity, code]);

const promise = { from: '/old.ckpt', strategy: 'transplant' };

test.each<[string, Partial<RunFacts>, unknown]>([
  ['nothing of a run that inherits what was promised', { promise }, []],
  [
    'weights were promised, the losses say otherwise',
    { promise, curves: FRESH },
    [['warning', 'started-from-scratch']],
  ],
  [
    'new action layers were asked for',
    { promise: { ...promise, strategy: 'reinit' }, curves: FRESH },
    [['info', 'action-layers-fresh']],
  ],
  ['too few steps to say', { promise, curves: curves([1]) }, []],
  ['from scratch on purpose', { start: 'scratch', curves: FRESH }, [['info', 'scratch']]],
  ['nobody knows how it began', { curves: FRESH }, []],
  ['a run that failed', { state: 'failed', reason: 'crash' }, [['error', 'failed']]],
  ['a failed one whose end nobody told', { state: 'failed' }, [['error', 'failed']]],
])('%s', (_, facts, banners) => {
  expect(told(facts)).toEqual(banners);
});

test('losses that are not finite: the first step, and how many', () => {
  const broken = curves([0.1, 0.1, Number.NaN, Number.POSITIVE_INFINITY]);
  const [banner] = runBanners({ ...FACTS, curves: broken });
  expect(banner).toMatchObject({ severity: 'error', code: 'not-finite' });
  expect(banner!.message).toMatch(/step 2\b/);
  expect(banner!.message).toMatch(/\b2 losses\b/);
});

test('the warning names the checkpoint and the losses; without a name it does without', () => {
  const message = (from: string) =>
    runBanners({ ...FACTS, curves: FRESH, promise: { ...promise, from } })[0]!.message;
  expect(message('/old.ckpt')).toContain('/old.ckpt');
  expect(message('/old.ckpt')).toContain('1.02');
  expect(message('')).not.toMatch(/of\s+were/);
});

test('what failed comes first, however long its reason', () => {
  const facts = {
    ...FACTS,
    state: 'failed',
    curves: curves([Number.NaN]),
    reason: 'x'.repeat(9000),
  } as const;
  const banners = runBanners(facts);
  expect(banners.map(({ code }) => code)).toEqual(['failed', 'not-finite']);
  expect(banners[0]!.message.length).toBeLessThan(8000);
});
