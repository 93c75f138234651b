/** Policies of LeRobot that no family answers to are named with the reason; one that only LeRobot trains, with how. */
import { expect, it } from 'vitest';
import { lerobotTraining } from '../../../../engine/formats/lerobot/policyConfig.js';
import {
  FAMILIES,
  familyOf,
  requireTrainedHere,
  unknownPolicy,
} from '../../../../engine/judge/policy/families.js';

it.each([
  [
    'lerobot.policies.smolvla.modeling_smolvla.SmolVLAPolicy',
    'of type smolvla: a vision-language-action model',
  ],
  ['lerobot.policies.vqbet.modeling_vqbet.VQBeTPolicy', 'of type vqbet: a transformer over the codes'],
  ['lerobot.policies.tdmpc', 'of type tdmpc: a world model'],
  ['lerobot.policies.somebodys_own', 'of type somebodys_own, which is not known here'],
])('%s', (target, reason) => {
  const config = { policy: { _target_: target } };
  const message = `policy._target_ is ${target}, a LeRobot policy ${reason}`;
  expect(() => familyOf(config)).toThrow(message);
  expect(unknownPolicy(config)?.message).toContain("of LeRobot's policies Regrip knows diffusion and act");
  expect(unknownPolicy(config)?.hint).toBe(
    'explain and adapt need one of these two; LeRobot trains and runs it as it is.',
  );
});

it('a config.json is told by its own type', () => {
  const config = lerobotTraining({ type: 'smolvla', output_features: {} });
  const message = /^type is smolvla, a LeRobot policy of type smolvla: a vision-language-action model/;
  expect(() => familyOf(config)).toThrow(message);
  expect(unknownPolicy(config)?.message).toMatch(message);
});

it('a class of others that is called as one of LeRobot’s is not taken for it', () => {
  for (const target of ['mine.DiffusionPolicy', 'mine.act.ACTPolicy', 'DiffusionPolicy'])
    expect(() => familyOf({ policy: { _target_: target } })).toThrow(
      'a policy class that Regrip does not know',
    );
});

it('LeRobot’s policies alone are neither trained nor run here', () => {
  const elsewhere = FAMILIES.filter((family) => family.trainedBy !== undefined).map(({ id }) => id);
  expect(elsewhere).toEqual(['lerobotDiffusion', 'lerobotAct']);
  for (const family of FAMILIES)
    if (family.trainedBy === undefined) expect(() => requireTrainedHere(family)).not.toThrow();
    else expect(() => requireTrainedHere(family)).toThrow('policy, which Regrip checks, explains and adapts');
});
