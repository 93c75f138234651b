/** What the adaptation's panel shows before and after it writes. */
import { describe, expect, test } from 'vitest';
import { AdaptModel } from '../../../client/panels/adaptModel.js';
import type { AdaptToPage, PlanRow } from '../../../client/panels/panelMessages.js';

const row = (key: string): PlanRow => ({ key, fate: 'copied', from: [1], to: [1], detail: '' });
const PLAN: ConstructorParameters<typeof AdaptModel>[1] = {
  source: '/old.ckpt',
  oldActionDim: 7,
  newActionDim: 8,
  strategy: 'transplant',
  weights: 'ema_model',
  optimizer: 'fresh',
  rows: [row('a'), row('b')],
  losses: [],
  warnings: ['careful'],
};

const view = (messages: readonly AdaptToPage[]) =>
  messages.flatMap((each) => (each.type === 'adaptation' ? each.adaptation : []))[0]!;
const rows = (messages: readonly AdaptToPage[]) =>
  messages.flatMap((each) => (each.type === 'planRows' ? [each.rows.map(({ key }) => key)] : []));

test('a page has the plan whole, and its rows once', () => {
  const model = new AdaptModel('s', PLAN, undefined);
  const first = model.snapshot();
  expect(view(first)).toMatchObject({ source: '/old.ckpt', output: null, state: 'planned', outdated: null });
  expect(rows(first)).toEqual([['a', 'b']]);
  expect(rows(model.changes())).toEqual([]);
  expect(rows(model.snapshot())).toEqual([['a', 'b']]);
});

test('writing names its output; what went wrong is told, and forgotten by the next state', () => {
  const model = new AdaptModel('s', PLAN, undefined);
  model.writing('/new.ckpt');
  expect(view(model.changes())).toMatchObject({ state: 'writing', output: '/new.ckpt', reason: null });
  model.setState('failed', 'disk full');
  expect(view(model.changes())).toMatchObject({ state: 'failed', reason: 'disk full' });
  model.setState('written');
  expect(view(model.changes())).toMatchObject({ state: 'written', reason: null });
});

test('an input that changed outdates the plan until it is planned again', () => {
  const model = new AdaptModel('s', PLAN, '/new.ckpt');
  model.snapshot();
  model.outdate('/d.zarr');
  expect([model.isOutdated, view(model.changes()).outdated]).toEqual([true, '/d.zarr']);
  model.replan({ ...PLAN, rows: [row('c')] });
  const told = model.changes();
  expect([model.isOutdated, view(told).outdated, view(told).state]).toEqual([false, null, 'planned']);
  expect(rows(told)).toEqual([['c']]);
});

describe('the dimensions', () => {
  const action: NonNullable<(typeof PLAN)['dimensions']>[number] = {
    field: 'action',
    by: 'position',
    old: { width: 7, ranges: [{ start: 0, width: 7 }] },
    new: { width: 8, ranges: [{ start: 0, width: 8 }] },
    from: [0, 1, 2, 3, 4, 5, 6, null],
    suggestions: [],
  };
  const changed = { kind: 'pickShape', field: 'action', pick: 'appendGripper' } as const;

  test('a change asks for a plan, and what is shown is not written before it has come', () => {
    const model = new AdaptModel('s', { ...PLAN, dimensions: [action] }, undefined);
    expect([view(model.snapshot()).isMapPlanned, model.maps]).toEqual([true, []]);
    expect(model.changeDimensions(changed)).toBe('plan');
    expect([view(model.changes()).isMapPlanned, model.isOutdated]).toEqual([false, true]);
    const { maps } = model;
    expect(maps).toEqual(['pose=0:7,gripper=new']);
    model.replan({ ...PLAN, dimensions: [{ ...action, by: 'map' }] }, maps);
    expect([view(model.changes()).isMapPlanned, model.isOutdated]).toEqual([true, false]);
  });

  test('a contradiction asks for none, and the way back asks for nothing', () => {
    const model = new AdaptModel('s', { ...PLAN, dimensions: [action] }, undefined);
    const wrong = { kind: 'nameDimension', field: 'action', index: 0, name: 'a b' } as const;
    expect(model.changeDimensions(wrong)).toBe('unsound');
    expect(model.changeDimensions({ kind: 'undoMap', field: 'action' })).toBe('same');
  });

  test('a plan of an earlier version has none', () => {
    expect(view(new AdaptModel('s', PLAN, undefined).snapshot()).dimensions).toEqual([]);
  });
});

describe('a crafted plan', () => {
  test.each([
    [20_000, []],
    [20_001, [expect.stringMatching(/^1 more key\b/)]],
    [25_000, [expect.stringMatching(/^5,?000 more keys\b/)]],
  ])('of %d rows says what it does not show', (count, more) => {
    const model = new AdaptModel('s', { ...PLAN, rows: Array(count).fill(row('a')) }, undefined);
    const told = model.snapshot();
    expect(rows(told)[0]).toHaveLength(Math.min(count, 20_000));
    expect(view(told).warnings).toEqual([...more, 'careful']);
  });

  test('of thousands of warnings shows two hundred', () => {
    const model = new AdaptModel('s', { ...PLAN, warnings: Array(999).fill('w') }, undefined);
    expect(view(model.snapshot()).warnings).toHaveLength(200);
  });
});
