/** What a learner hands to the engine that computes. */
// @module-tag engine
import { expect, test } from 'vitest';
import { policySpec } from '../../../engine/judge/policy/families.js';
import type { ComputeEngine, Trainer, TrainerSetup } from '../../../engine/training/loop/compute.js';
import { isOfEncoder, Learner } from '../../../engine/training/loop/learner.js';
import { freshOptimizer } from '../../../engine/training/loop/optimizerState.js';
import { ownEntries } from '../../../engine/training/loop/weights.js';
import { readTrainOptions } from '../../../engine/training/options.js';
import { START } from '../../../engine/training/position.js';
import { trainingConfig } from './smallRun.js';

test.each([true, false])(
  'freeze_encoder %s: moments are handed over of what is trained alone',
  async (frozen) => {
    const resolved = trainingConfig({ regrip: { freeze_encoder: frozen } });
    const spec = policySpec(resolved);
    const none = new Float32Array();
    const keys = ownEntries(spec).map(({ key }) => key);
    const moments = new Map(keys.map((key) => [key, { step: 3, mean: none, square: none }]));
    const begin = {
      weights: { values: new Map(), normalizer: new Map() },
      average: undefined,
      optimizer: { ...freshOptimizer(spec), moments },
      kept: {},
      inherits: true,
      position: START,
    };
    const { setup } = await opened(spec, resolved, begin);
    expect([...setup.moments.keys()]).toEqual(setup.trained);
    expect(setup.trained.some((key) => isOfEncoder(spec, key))).toBe(!frozen);
    expect(setup.trained).toContain('model.head.weight');
    expect(setup.trained).not.toContain('_dummy_variable'); // it has no elements
  },
);

async function opened(
  spec: TrainerSetup['spec'],
  resolved: Parameters<typeof readTrainOptions>[0],
  begin: Parameters<typeof Learner.open>[3],
): Promise<{ readonly setup: TrainerSetup }> {
  const found: TrainerSetup[] = [];
  const trainer = async (setup: TrainerSetup): Promise<Trainer> => {
    found.push(setup);
    return {} as Trainer;
  };
  const engine: Pick<ComputeEngine, 'trainer'> = { trainer };
  await Learner.open(engine, spec, readTrainOptions(resolved), begin);
  return { setup: found[0]! };
}
