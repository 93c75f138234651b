/** Weights whose shapes fit, and whose dimensions stand elsewhere. */
import { expect, it } from 'vitest';
import type { Plain } from '../../../engine/base/plain.js';
import { otherOrder } from '../../../engine/judge/adapt/otherOrder.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { newConfig } from '../../adapt/references.js';

function order(own: Plain, now: Plain): string | undefined {
  const named = (names: Plain) => ({ ...newConfig, regrip: { action_names: names } });
  return otherOrder(named(own), policySpec(named(now)));
}

it('is told where a name has two places', () =>
  expect(order(['gripper', { pose: 7 }], [{ pose: 7 }, 'gripper'])).toBe('action'));

it('is not told where the names agree, or prove nothing', () => {
  expect(order([{ pose: 7 }, 'gripper'], [{ pose: 7 }, 'gripper'])).toBeUndefined();
  expect(order([7, 'gripper'], [{ pose: 7 }, 'gripper'])).toBeUndefined();
  expect(order([{ pose: 7 }, 'gripper'], [{ arm: 7 }, 'hand'])).toBeUndefined();
  expect(order(null, [{ pose: 7 }, 'gripper'])).toBeUndefined();
  expect(order([{ pose: 7 }, 'gripper'], null)).toBeUndefined();
});

it('a config of its own that is not a policy’s is judged elsewhere', () =>
  expect(otherOrder({ policy: 3 }, policySpec(newConfig))).toBeUndefined());
