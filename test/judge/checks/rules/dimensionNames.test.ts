/** Names of dimensions, and how many there are. */
import { describe, expect, test } from 'vitest';
import { expectFound, expectNone, type Files } from '../fixture.js';
import { policyProject } from '../policyProject.js';

function withNames(section: string): Files {
  const files = policyProject();
  return { ...files, 'config/train.yaml': `${files['config/train.yaml']!}\nregrip:\n${section}` };
}

describe('dimension-names', () => {
  test('fewer names than dimensions', () =>
    expectFound(
      withNames('  action_names: <|[pose: 6, gripper]|>\n'),
      'dimension-names',
      /regrip\.action_names names 7 dimensions, but the action has 8: .* finetune .* refuse it\. List each name/,
    ));
  test('of an observation that is not there', () =>
    expectFound(
      withNames('  observation_names:\n    nothing: <|[a]|>\n'),
      'dimension-names',
      /names no low-dimensional observation/,
    ));
  test('as many are fine', () =>
    expectNone(withNames('  action_names: {pose: 7, gripper: 1}\n'), 'dimension-names'));
  test('is not told twice, and other faults are not told as this one', async () => {
    await expectNone(withNames('  action_names: [a]\n'), 'policy-invalid');
    const files = policyProject();
    const broken = files['config/train.yaml']!.replace('n_emb: 32', 'n_emb: x');
    expect(broken).not.toBe(files['config/train.yaml']);
    await expectNone({ ...files, 'config/train.yaml': broken }, 'dimension-names');
  });
  test('a list in shape_meta', async () => {
    const listed = (names: string) => policyProject('', { action: `[8], names: ${names}` });
    await expectFound(
      listed('<|[a, b]|>'),
      'dimension-names',
      /lists 2 names, but the action has 8 dimensions/,
    );
    await expectNone(listed('[a, b, c, d, e, f, g, h]'), 'dimension-names');
  });
});
