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
  ['/runs/latest.ckpt', '/runs/latest-8d.ckpt'],
  ['/runs/old.safetensors', '/runs/old-8d.ckpt'],
  ['weights', 'weights-8d'],
])('%s becomes %s', (from, to) => expect(adaptedName(from)).toBe(to));
