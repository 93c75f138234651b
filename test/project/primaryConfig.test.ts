import { expect, test } from 'vitest';
import { looksPrimary } from '../../engine/project/primaryConfig.js';

test.each([
  'defaults:\n  - task: lift\n',
  'defaults:\n- _self_\n',
  'defaults: # Hydra\n  - a\n',
  'defaults: [a]\n',
  'name: x\ndefaults:\r\n  - a\r\n',
  '_target_: a.B\n',
  'a: [\ndefaults:\n  - ', // half typed
])('%j does', (text) => expect(looksPrimary(text)).toBe(true));

test.each([
  '',
  'a: 1\n',
  'defaults:\n  run: bash\n', // of another tool
  'defaults: x\n',
  '  defaults:\n    - a\n',
  'policy:\n  _target_: a.B\n',
  '# defaults:\n#  - a\n',
])('%j does not', (text) => expect(looksPrimary(text)).toBe(false));
