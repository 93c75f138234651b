/** The plan between any two policies of a family: what the map says is what happens along every axis, and to the moments. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex, TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptPlan, type KeyPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { familyOfSpec, policySpec } from '../../../engine/judge/policy/families.js';
import type { AxisSegment } from '../../../engine/judge/policy/family.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';
import { ANY_SIZES, type From, mapOf, mapping, type Of } from '../../adapt/anySizes.js';
import { shapeMeta, umiConfig, umiObs } from '../../tensors/policy/configs.js';
import { dp3Config, LISTING } from '../policy/dp3/configs.js';
import { lerobotActConfig, lerobotDiffusionConfig } from '../policy/lerobot/configs.js';

/** A checkpoint of such a policy, with moments of every parameter. */
function indexOf(spec: PolicySpec): CheckpointIndex {
  const tensor = (key: string, shape: readonly number[]): TensorInfo => ({
    ...{ key, shape, dtype: 'float32', stride: [], storageOffset: 0, storage: key },
  });
  const tensors = spec.parameters.map(({ key, shape, alias }) => ({
    ...tensor(key, shape),
    ...(alias && { alias }),
  }));
  const groups = familyOfSpec(spec).parameterGroups(spec);
  const all = groups.flatMap(({ parameters }) => parameters);
  let next = 0;
  return {
    path: 'old.ckpt',
    stateDicts: { model: tensors, ema_model: tensors },
    optimizer: {
      paramGroups: groups.map(({ parameters }) => ({ params: parameters.map(() => next++) })),
      state: new Map(
        all.map(({ key, shape }, at) => [
          at,
          { step: 1, expAvg: tensor(key, shape), expAvgSq: tensor(key, shape) },
        ]),
      ),
    },
    pickles: {},
    config: undefined,
    unexpectedGlobals: [],
  };
}

const STATE = 'observation.state';

/** Families that others compute, with what the mapped observation is called. */
const JUDGED: readonly (readonly [string, Of, string])[] = [
  ...ANY_SIZES.map(([name, of]) => [name, of, 'obs'] as const),
  [
    'UMI',
    (actions, seen) =>
      umiConfig({
        action: actions,
        obs: { ...umiObs, robot0_eef_pos: { shape: [seen], horizon: 2, type: 'low_dim' } },
      }),
    'robot0_eef_pos',
  ],
  ['DP3', pointCloud('film'), 'agent_pos'],
  ['DP3 with cross attention', pointCloud('cross_attention_film'), 'agent_pos'],
  ['LeRobot diffusion', lerobot(lerobotDiffusionConfig), STATE],
  ['LeRobot ACT', lerobot(lerobotActConfig), STATE],
];

function lerobot(of: typeof lerobotActConfig): Of {
  return (actions, seen) => of({}, { action: actions, [STATE]: seen });
}

function pointCloud(variant: string): Of {
  return (actions, seen) => {
    const { obs } = LISTING[variant]!.policy['shape_meta'] as { readonly obs: PlainMap };
    const agent = { shape: [seen], type: 'low_dim' };
    return dp3Config(variant, { shape_meta: shapeMeta({ ...obs, agent_pos: agent }, actions) });
  };
}

const entriesOf = (segments: readonly AxisSegment[]) =>
  segments.flatMap(({ width, ...rest }) => Array.from({ length: width }, (_, at) => ({ ...rest, at })));

/** What an entry of the new axis must continue: told once more, entry by entry. */
function expectedSource(
  now: readonly AxisSegment[],
  old: readonly AxisSegment[],
  maps: Record<string, From>,
) {
  const before = entriesOf(old).map((entry) => JSON.stringify(entry));
  return entriesOf(now).map((entry) => {
    const field = entry.of === 'action' ? 'action' : entry.of === 'observation' ? entry.key : undefined;
    const from = maps[field ?? ''];
    const at = from === undefined ? entry.at : from[entry.at]!;
    const place = at === null ? -1 : before.indexOf(JSON.stringify({ ...entry, at }));
    return place < 0 ? null : place;
  });
}

const alongAxis = (plan: KeyPlan, length: number): readonly (number | null)[] =>
  plan.fate === 'widened' ? plan.from : [...Array(length).keys()];

describe.each(JUDGED)('%s', (_name, of, field) => {
  it.each([
    ['widened and reordered', false],
    ['narrowed', true],
  ] as const)('%s', (_what, narrow) => {
    fc.assert(
      fc.property(mapping(narrow), mapping(narrow), (action, seen) => {
        const [old, spec] = [
          policySpec(of(action.old, seen.old)),
          policySpec(of(action.from.length, seen.from.length)),
        ];
        const made = planAdaptation({
          ...{ index: indexOf(old), old, spec, newConfig: of(action.from.length, seen.from.length) },
          options: { ...TRANSPLANT, map: mapOf(action.from, seen.from, field), allowDrop: narrow },
        });
        expectFollowed(made, old, spec, { action: action.from, [field]: seen.from });
        expectMoments(made, spec);
        expect(made.dropped).toEqual([]);
        const lost = made.dimensions.map(({ lost }) => lost.length);
        const kept = (from: From) => from.filter((at) => at !== null).length;
        expect(lost[0]).toBe(action.old - kept(action.from));
        expect(made.losses.length > 0).toBe(lost.some((count) => count > 0));
      }),
      { seed: 4, numRuns: 6 },
    );
  });
});

function expectFollowed(
  made: AdaptPlan,
  old: PolicySpec,
  spec: PolicySpec,
  maps: Record<string, From>,
): void {
  const family = familyOfSpec(spec);
  let followed = 0;
  for (const plan of made.keys) {
    expect(plan.fate).not.toBe('initialised');
    const [before, now] = [family.axisOf(plan.key, old), family.axisOf(plan.key, spec)];
    if (plan.fate === 'initialised' || now === undefined || before === undefined) continue;
    const from = alongAxis(plan, plan.shape[now.axis]!);
    expect([plan.key, from]).toEqual([plan.key, expectedSource(now.segments, before.segments, maps)]);
    const kept = from.filter((at) => at !== null);
    expect(new Set(kept).size).toBe(kept.length);
    followed += 1;
  }
  expect(followed).toBeGreaterThanOrEqual(8);
}

/** The moments of a weight go where it goes, and begin at zero where it is new. */
function expectMoments(made: AdaptPlan, spec: PolicySpec): void {
  const plans = new Map(made.keys.map((plan) => [plan.key, plan]));
  const trained = familyOfSpec(spec)
    .parameterGroups(spec)
    .flatMap(({ parameters }) => parameters);
  expect(made.optimizer.moments).toHaveLength(trained.length);
  for (const { index, expAvg, expAvgSq } of made.optimizer.moments) {
    const weight = plans.get(trained[index]!.key)!;
    for (const moment of [expAvg, expAvgSq]) {
      expect([moment.key, moment.shape, moment.fate]).toEqual([weight.key, weight.shape, weight.fate]);
      if (moment.fate !== 'widened' || weight.fate !== 'widened') continue;
      expect([moment.from, moment.axis]).toEqual([weight.from, weight.axis]);
      expect(moment.fill).toEqual({ kind: 'constant', value: 0 });
    }
  }
}
