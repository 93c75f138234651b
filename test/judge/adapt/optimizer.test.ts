/** The optimizer of an adapted checkpoint: the new config's settings, and the moments that can be kept. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import type { OptimizerInfo } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptOptions, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { familyOfSpec, policySpec } from '../../../engine/judge/policy/families.js';
import { indexOf, newConfig, oldConfig } from '../../adapt/references.js';

const index = indexOf('policy-7d.json');
const [old, spec] = [policySpec(oldConfig), policySpec(newConfig)];

/** Without `saved` the file has no optimizer. */
function planned(
  options: Partial<AdaptOptions> = {},
  saved: OptimizerInfo | null = index.optimizer!,
  config = newConfig,
) {
  const optimizer = saved ?? undefined;
  const input = { index: { ...index, optimizer }, old, spec, newConfig: config };
  return planAdaptation({ ...input, options: { ...TRANSPLANT, ...options } }).optimizer;
}

describe('moments', () => {
  it('follow their parameters as far as the file has some, with zeros where an entry is new', () => {
    const { moments } = planned();
    const keys = familyOfSpec(spec)
      .parameterGroups(spec)
      .flatMap(({ parameters }) => parameters.map(({ key }) => key));
    const widened = moments.filter(({ expAvg }) => expAvg.fate === 'widened');
    expect(widened.map((moment) => keys[moment.index]).sort()).toEqual([
      'model.cond_obs_emb.weight',
      'model.head.weight',
      'model.input_emb.weight',
    ]);
    for (const { expAvg, expAvgSq } of widened)
      for (const plan of [expAvg, expAvgSq])
        expect(plan).toMatchObject({ fill: { kind: 'constant', value: 0 } });
  });

  it('start fresh when they are reset, or were never saved', () => {
    expect(planned({ moments: 'reset' }).moments).toEqual([]);
    expect(planned({}, null).moments).toEqual([]);
    expect(planned({}, { ...index.optimizer!, state: new Map() }).moments).toEqual([]);
  });

  it('of layers that are re-initialised are not kept', () => {
    const keys = planned({ strategy: 'reinit' }).moments.map(({ expAvg }) => expAvg.key);
    expect(keys).not.toContain('model.head.weight');
    expect(keys).toContain('model.cond_obs_emb.weight');
  });
});

describe('another layout is refused, with the way around it', () => {
  const saved = index.optimizer!;
  const state = (change: (moments: NonNullable<ReturnType<typeof saved.state.get>>) => object) =>
    new Map([...saved.state].map(([at, moments]) => [at, { ...moments, ...change(moments) }]));
  const cases: readonly (readonly [string, OptimizerInfo, RegExp])[] = [
    [
      'fewer groups',
      { ...saved, paramGroups: saved.paramGroups.slice(1) },
      /groups of \d+, \d+ parameters, expected \d+, \d+, \d+/,
    ],
    [
      'moments of another shape',
      { ...saved, state: state(({ expAvg }) => ({ expAvg: { ...expAvg, shape: [3] } })) } as OptimizerInfo,
      /the moments of \S+ have shape \[3\]/,
    ],
    [
      'moments that are not floats',
      {
        ...saved,
        state: state(({ expAvg }) => ({ expAvg: { ...expAvg, dtype: 'int64' } })),
      } as OptimizerInfo,
      /the moments of \S+ are int64/,
    ],
  ];
  it.each(cases)('%s', (_, optimizer, message) => {
    expect(() => planned({}, optimizer)).toThrow(message);
    expect(planned({ moments: 'reset' }, optimizer).moments).toEqual([]);
  });
});

it('the groups carry the new config’s settings', () => {
  const optimizer = { ...(newConfig.optimizer as PlainMap), learning_rate: 3e-4, betas: [0.8, 0.9] };
  const { paramGroups } = planned({}, index.optimizer!, { ...newConfig, optimizer });
  expect(paramGroups.map(({ lr, initial_lr: first }) => [lr, first])).toEqual(Array(3).fill([3e-4, 3e-4]));
  expect(paramGroups[0]!['betas']).toEqual([0.8, 0.9]);
});

it('a config whose optimizer torch would refuse is refused here', () => {
  const optimizer = { ...(newConfig.optimizer as PlainMap), betas: [0.9, 1.5] };
  expect(() => planned({}, null, { ...newConfig, optimizer })).toThrow(/optimizer\.betas is/);
});
