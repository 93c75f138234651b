/** What a run says of its own differences: true of the policy that it trains. */
// @module-tag engine
import { expect, it } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { notesOf } from '../../engine/training/notes.js';
import { readTrainOptions } from '../../engine/training/options.js';
import type { TrainJob } from '../../engine/wire/workerMessages.js';
import { lowdimConfig, unetImageConfig } from '../tensors/policy/configs.js';
import { trainingConfig } from './loop/smallRun.js';

const { policy, optimizer } = lowdimConfig();
const job = { start: { kind: 'scratch' } } as TrainJob;

it.each([
  ['with cameras', {}, /dropout, random crops/, /centre and 4 random crops/],
  [
    'without',
    { policy, optimizer },
    /training mode \(dropout\)/,
    /freeze_encoder has no effect: the policy sees no images/,
  ],
] as const)('%s', (_, change, mode, frozen) => {
  const resolved: PlainMap = { ...trainingConfig({ regrip: { freeze_encoder: true } }), ...change };
  const notes = notesOf(job, readTrainOptions(resolved), policySpec(resolved), 0);
  expect(notes.join('\n')).toMatch(mode);
  expect(notes.join('\n')).toMatch(frozen);
});

it('tells of BatchNorm beside an EMA, unless the encoders are frozen, and of images that become smaller', () => {
  const notes = (training: PlainMap, encoder: PlainMap) => {
    const { policy, optimizer } = unetImageConfig({}, encoder);
    const resolved = { ...trainingConfig({ training }), policy, optimizer } as PlainMap;
    return notesOf(job, readTrainOptions(resolved), policySpec(resolved), 0).join('\n');
  };
  const batchNorm = { use_group_norm: false };
  expect(notes({ use_ema: true }, batchNorm)).toMatch(/EMA's BatchNorm statistics follow the model's/);
  expect(notes({ use_ema: false }, batchNorm)).not.toMatch(/BatchNorm/);
  expect(notes({ use_ema: true, freeze_encoder: true }, batchNorm)).not.toMatch(/BatchNorm/);
  expect(notes({ use_ema: true }, {})).not.toMatch(/BatchNorm|antialiasing/);
  expect(notes({}, { resize_shape: [80, 170] })).toMatch(/^image: images become smaller with antialiasing/m);
  expect(notes({}, { resize_shape: [90, 170] })).not.toMatch(/antialiasing/);
});
