/** A plan as rows of a panel. */
import { expect, it } from 'vitest';
import { adaptationRows } from '../../engine/adapt/view.js';
import { resultOf } from './results.js';

const result = resultOf({ notes: ['a note'] });
const view = adaptationRows(result);
const row = (key: string) => view.rows.find((each) => each.key === key);

it('has a row for each key of the new policy in its order', () => {
  expect(view.rows.map(({ key }) => key)).toEqual(result.plan.keys.map(({ key }) => key));
  expect(row('model.head.bias')).toEqual({
    ...{ key: 'model.head.bias', fate: 'widened', from: [7], to: [8], detail: 'new entry 7: zero' },
  });
  expect(row('model.pos_emb')).toMatchObject({ fate: 'copied', detail: '' });
  expect(row('normalizer.params_dict.robot_gripper_state.scale')).toMatchObject({
    ...{ fate: 'initialised', from: null, detail: 'fitted on the new data set (a new observation)' },
  });
});

it('says which key is the same tensor as another', () => {
  const { key, alias } = result.plan.keys.find((plan) => plan.alias !== undefined)!;
  expect(row(key)?.detail).toBe(`the same tensor as ${alias}`);
});

it('lists dropped keys last, with their old shape', () => {
  const plan = { ...result.plan, dropped: ['model.head.weight', 'gone'] };
  const rows = adaptationRows({ ...result, plan }).rows.slice(-2);
  expect(rows.map(({ key, fate, from, to }) => [key, fate, from, to])).toEqual([
    ['model.head.weight', 'dropped', [7, 32], null],
    ['gone', 'dropped', null, null],
  ]);
});

it('does not repeat losses among its warnings', () => {
  const losses = [{ key: 'a', what: 'is lost' }];
  const { warnings, losses: shown } = adaptationRows({ ...result, plan: { ...result.plan, losses } });
  expect(shown).toEqual(losses);
  expect(warnings).toEqual(['a note']);
});
