import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toPlain } from '../../../engine/config/node.js';
import { toYaml } from '../../../engine/config/yaml/write.js';
import { parseConfig } from '../../../engine/config/yaml/yaml.js';

const back = (value: string) => toPlain(parseConfig(toYaml({ value, list: [value] }), 'a.yaml'));

test.each([
  '=',
  '<<',
  '1e5',
  '12:30',
  '0x_',
  'off',
  'on',
  '~',
  '',
  '08',
  '1_0.5',
  '\u0085',
  '\u2028',
  'a\nb\n',
])('%j is read back as text', (text) => {
  expect(back(text)).toEqual({ value: text, list: [text] });
});

test('any text is read back as it was', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(back(text)).toEqual({ value: text, list: [text] });
    }),
  );
});
