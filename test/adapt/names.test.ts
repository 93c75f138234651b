/** The names of dimensions that an adaptation was told are in the new checkpoint's config, and are read from it again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inheritedNames, learntNames, namedConfig } from '../../engine/adapt/names.js';
import type { PlainMap } from '../../engine/base/plain.js';
import { addMap } from '../../engine/judge/adapt/mapEntry.js';
import { planAdaptation } from '../../engine/judge/adapt/plan.js';
import { type AdaptPlan, TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { indexOf, newConfig, oldConfig } from './references.js';

function planned(map: string, to: PlainMap, allowDrop = false): AdaptPlan {
  return planAdaptation({
    index: indexOf('policy-7d.json'),
    old: policySpec(oldConfig),
    spec: policySpec(to),
    newConfig: to,
    options: { ...TRANSPLANT, map: addMap(map), allowDrop },
  });
}

function written(map: string, to: PlainMap = newConfig): PlainMap {
  return namedConfig(to, planned(map, to), policySpec(to));
}

it('the map’s names, with the rest of the section', () => {
  const to = { ...newConfig, regrip: { normalizer: 'keep' } };
  const config = written('pose=0:7,gripper=new', to);
  expect(config['regrip']).toEqual({ normalizer: 'keep', action_names: [{ pose: 7 }, 'gripper'] });
  expect(policySpec(config).dimensions?.['action']?.map(({ name }) => name)).toEqual(['pose', 'gripper']);
});

it('what has no name is counted', () =>
  expect(written('gripper@3=new')['regrip']).toEqual({ action_names: [3, 'gripper', 4] }));

it('an observation’s names', () =>
  expect(written('robot_eef_pose: position=0:3,quat=3:7')['regrip']).toEqual({
    observation_names: { robot_eef_pose: [{ position: 3 }, { quat: 4 }] },
  }));

it('a person is told what to write into the config of the training', () => {
  const told = (map: string) => learntNames(planned(map, newConfig), policySpec(newConfig));
  expect(told('gripper@3=new')).toEqual(['regrip.action_names: [3, gripper, 4]']);
  expect(told('robot_eef_pose: position=0:3,quat=3:7')).toEqual([
    'regrip.observation_names.robot_eef_pose: [position: 3, quat: 4]',
  ]);
  expect(told('0:7=0:7')).toEqual([]);
});

it('a config that says them already, or a map without names, changes nothing', () => {
  const named = { ...newConfig, regrip: { action_names: { pose: 7, gripper: 1 } } };
  expect(written('pose=0:7', named)).toBe(named);
  expect(written('0:7=0:7')).toBe(newConfig);
});

describe('a training that starts from a checkpoint with names', () => {
  const own = {
    regrip: { action_names: ['gripper', { pose: 7 }], observation_names: { robot_eef_pose: [3, 'quat', 3] } },
  };
  const spec = policySpec(newConfig);

  it('keeps them, beside its own options', () => {
    const config = { ...newConfig, regrip: { backend: 'wasm' } };
    expect(inheritedNames(config, spec, own)['regrip']).toEqual({ backend: 'wasm', ...own.regrip });
  });

  it('has its own names where it gives them', () => {
    const config = { ...newConfig, regrip: { action_names: [8] } };
    expect(inheritedNames(config, spec, own)['regrip']).toEqual({ ...own.regrip, action_names: [8] });
  });

  it('takes none that do not fit it, or that are not there', () => {
    expect(inheritedNames(newConfig, spec, { regrip: { action_names: ['a'] } })).toBe(newConfig);
    expect(inheritedNames(newConfig, spec, {})).toBe(newConfig);
    expect(inheritedNames(newConfig, spec, undefined)).toBe(newConfig);
  });
});

it('whatever a map names is read again as it was', () => {
  const name = fc.constantFrom('pose', 'left.pos', 'a-b', 'qx', 'rot_6d', '6d', 'ünïcode');
  const entries = fc
    .uniqueArray(name, { minLength: 1, maxLength: 4 })
    .map((names) => names.map((each, at) => `${each}@${2 * at}:${2 * at + 2}=new`).join(','));
  fc.assert(
    fc.property(entries, (map) => {
      const plan = planned(map, newConfig, true);
      const config = namedConfig(newConfig, plan, policySpec(newConfig));
      expect(policySpec(config).dimensions?.['action']).toEqual(plan.dimensions[0]!.now);
    }),
    { seed: 3, numRuns: 30 },
  );
});
