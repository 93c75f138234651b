/** One config's class, spec and plan of one action dimension more. */
import { expect, test } from 'vitest';
import { judged } from '../../../../scripts/compatibility/policies/dryRun.js';
import { lowdimConfig, unetHybridConfig, unetLowdimConfig } from '../../../tensors/policy/configs.js';

test.each([
  ['shapes of shape_meta', unetHybridConfig()],
  ['widths of a UNet', unetLowdimConfig()],
  ['widths of a transformer', lowdimConfig()],
])('planned without loss, the action given by %s', (_, config) =>
  expect(judged(config)).toMatchObject({ isDiffusion: true, isKnown: true, isPlanned: true }),
);

test('a value that upstream cannot build is refused by its name', () => {
  const found = judged(unetHybridConfig({ kernel_size: 4 }));
  expect(found).toMatchObject({ isKnown: true, isPlanned: false });
  expect(found.refused).toContain('policy.kernel_size is 4');
});

test('an unknown class with a noise schedule counts, other policies do not', () => {
  const named = (policy: object) => judged({ policy: { _target_: 'mine.Other', ...policy } });
  expect(named({ noise_scheduler: { _target_: 'diffusers.DDPMScheduler' } })).toMatchObject({
    ...{ class: 'Other', isDiffusion: true, isKnown: false, isPlanned: false },
    refused: expect.stringContaining('policy._target_ is mine.Other'),
  });
  expect(named({})).toEqual({ class: 'Other', isDiffusion: false, isKnown: false, isPlanned: false });
  expect(judged({})).toMatchObject({ class: undefined, isDiffusion: false });
});
