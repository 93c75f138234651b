/** A policy class that no family answers to: told at the class, with the classes that exist. */
import { describe, expect, test } from 'vitest';
import { POLICY_CLASSES } from '../../../../engine/judge/policy/families.js';
import { expectFound, expectNone } from '../fixture.js';
import { policyProject } from '../policyProject.js';

describe('policy-unknown', () => {
  test('at the class, and no error for who trains it himself', async () => {
    const files = { 'config/a.yaml': 'policy:\n  _target_: <|a.b.OtherPolicy|>\n' };
    const [found] = await expectFound(files, 'policy-unknown', /a\.b\.OtherPolicy.* it knows /);
    expect(found!.severity).toBe('information');
    for (const known of POLICY_CLASSES) expect(found!.message).toContain(known);
  });

  test('the pretrained checkpoint that is not compared for it is pointed at', async () => {
    const files = {
      'config/a.yaml':
        'policy:\n  _target_: <|a.b.OtherPolicy|>\npretrained: {path: old.ckpt, load_weights: True}\n',
    };
    const [found] = await expectFound(files, 'policy-unknown', /OtherPolicy/);
    expect(found!.related).toMatchObject([{ message: expect.stringContaining('not compared') as string }]);
  });

  test('a known class', () => expectNone(policyProject(), 'policy-unknown'));

  test('a class that is chosen later', () =>
    expectNone({ 'config/a.yaml': 'policy:\n  _target_: ???\n' }, 'policy-unknown'));
});
