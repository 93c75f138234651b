/** The call that a message proposes: each word as a shell takes it, and a name for what it writes. */
import { expect, it } from 'vitest';
import { adaptCall, adaptedName } from '../../../engine/judge/adapt/call.js';

const call = { from: 'old.ckpt', to: 'new.ckpt', primary: 'train.yaml', overrides: [] };

it('has the checkpoints, the options, the config, then renames and overrides', () =>
  expect(
    adaptCall({
      ...call,
      overrides: ['policy.horizon=8', 'task.name=a b'],
      renames: [['image', 'front']],
      more: ['--strip-prefix'],
    }),
  ).toBe(
    "regrip adapt --old-ckpt old.ckpt --new-ckpt new.ckpt --strip-prefix --config train.yaml --rename image=front policy.horizon=8 'task.name=a b'",
  ));

it('is as short as it can be', () =>
  expect(adaptCall(call)).toBe('regrip adapt --old-ckpt old.ckpt --new-ckpt new.ckpt --config train.yaml'));

it.each([
  ['/runs/latest.ckpt', 8, '/runs/latest-8d.ckpt'],
  ['/runs/latest.ckpt', 11, '/runs/latest-11d.ckpt'],
  ['/runs/old.safetensors', 8, '/runs/old-8d.ckpt'],
  ['weights', 10, 'weights-10d'],
])('%s of %d dimensions becomes %s', (from, width, to) => expect(adaptedName(from, width)).toBe(to));

it.each([
  ['/runs/pusht', '/runs/pusht-11d'],
  ['pusht/', 'pusht-11d'],
  ['/runs/pusht/model.safetensors', '/runs/pusht-11d'],
  ['pusht/config.json', 'pusht-11d'],
  ['pusht/train_config.json', 'pusht-11d'],
  ['/runs/act.v2', '/runs/act.v2-11d'],
  ['/runs/act.ckpt', '/runs/act-11d'],
  ['.', '../adapted-11d'],
  ['./', '../adapted-11d'],
  ['..', '../../adapted-11d'],
  ['config.json', '../adapted-11d'],
])('the folder %s becomes %s, beside it', (from, to) => expect(adaptedName(from, 11, true)).toBe(to));
