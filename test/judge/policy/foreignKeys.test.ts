/** The keys of one family beside the policy of another. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { foreignKeys } from '../../../engine/judge/policy/foreignKeys.js';
import {
  config,
  image,
  lowdimConfig,
  pose,
  shapeMeta,
  unetHybridConfig,
  unetImageConfig,
  unetLowdimConfig,
} from '../../tensors/policy/configs.js';

const shape_meta = shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 8);
const CONFIGS: Readonly<Record<string, PlainMap>> = {
  transformerHybrid: config({ shape_meta }),
  unetHybrid: unetHybridConfig({ shape_meta }),
  unetImage: unetImageConfig({ shape_meta }),
  unetLowdim: unetLowdimConfig(),
  transformerLowdim: lowdimConfig(),
};
const names = Object.keys(CONFIGS);
const pairs = names.flatMap((own) => names.map((other) => [own, other] as const));
const tensorsOf = (resolved: PlainMap) =>
  policySpec(resolved).parameters.map(({ key, shape, dtype }) => ({
    ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: '0' },
  }));

describe.each(pairs.filter(([own, other]) => own !== other))('%s in the config, keys of %s', (own, other) => {
  it('are told, with both names', () => {
    const said = foreignKeys(tensorsOf(CONFIGS[other]!), policySpec(CONFIGS[own]!));
    expect(said?.text).toMatch(
      /^describes a .+ policy.*, but the keys are those of a .+ policy.*: (the former has no|they lack the whole)/,
    );
  });
});

it.each(names)('%s beside its own policy, of any sizes and with keys missing: nothing', (name) => {
  const spec = policySpec(CONFIGS[name]!);
  const tensors = tensorsOf(CONFIGS[name]!);
  expect(foreignKeys(tensors, spec)).toBeUndefined();
  expect(foreignKeys(tensors.slice(0, -3), spec)).toBeUndefined();
  expect(foreignKeys([], spec)).toBeUndefined();
});

it('keys that no family has: nothing that could be named', () => {
  const [first] = tensorsOf(CONFIGS['unetLowdim']!);
  expect(
    foreignKeys([{ ...first!, key: 'net.0.weight' }], policySpec(CONFIGS['unetLowdim']!)),
  ).toBeUndefined();
});
