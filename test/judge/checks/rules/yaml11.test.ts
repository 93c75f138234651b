/** Values that YAML 1.1 reads as something else than they look like. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';

const one = (text: string) => ({ 'config/a.yaml': text });

describe('yaml-1-1', () => {
  test.each([
    ['off', /boolean false/, 'Write false', 'false'],
    ['yes', /boolean true/, 'Quote it', '"yes"'],
    ['010', /number 8, in octal/, 'Write 8', '8'],
    ['12:30:45', /number 45045, in base 60/, 'Quote it', '"12:30:45"'],
    ['09', /reads text/, 'Write 9', '9'],
    ['nan', /reads text/, 'Write .nan', '.nan'],
    ['None', /the text 'None'/, 'Write null', 'null'],
  ])('%s', async (value, message, title, mended) => {
    await expectFound(one(`a: <|${value}|>\n`), 'yaml-1-1', message);
    await expectFix(one(`a: ${value}\n`), 'yaml-1-1', title, one(`a: ${mended}\n`));
  });

  test.each([
    'true',
    'False',
    '1e-4',
    '0x1F',
    '07',
    '0',
    '1.5',
    'null',
    '~',
    '"off"',
    '.inf',
    'office',
    '-1',
    '1_000',
  ])('%s is what it looks like', (value) => expectNone(one(`a: ${value}\n`), 'yaml-1-1'));
});
