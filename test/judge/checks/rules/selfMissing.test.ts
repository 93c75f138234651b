/** A defaults list without _self_. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';

describe('self-missing', () => {
  const model = { 'config/model/small.yaml': 'width: 3\n' };

  test('a defaults list without _self_', () =>
    expectFound(
      { 'config/a.yaml': '<|defaults|>:\n  - model: small\nb: 1\n', ...model },
      'self-missing',
      /Hydra 1\.0 did the opposite/,
    ));

  test('one with it', () =>
    expectNone({ 'config/a.yaml': 'defaults:\n  - _self_\n  - model: small\n', ...model }, 'self-missing'));

  test('the fix keeps overrides last', () =>
    expectFix(
      {
        'config/a.yaml': 'defaults:\n  - model: small\n  - override hydra/job_logging: none\nb: 1\n',
        ...model,
      },
      'self-missing',
      'Add _self_ at the end',
      {
        'config/a.yaml':
          'defaults:\n  - model: small\n  - _self_\n  - override hydra/job_logging: none\nb: 1\n',
      },
    ));

  test('the fix in a flow list', () =>
    expectFix(
      { 'config/a.yaml': 'defaults: [{model: small}]\n', ...model },
      'self-missing',
      'Add _self_ at the end',
      {
        'config/a.yaml': 'defaults: [{model: small}, _self_]\n',
      },
    ));
});
