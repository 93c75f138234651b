/** Configs that name each other in circles, or expand while they are resolved, end at once. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { compose } from '../../engine/config/compose.js';
import { resolvePlain } from '../../engine/config/resolve/resolve.js';

const QUICK = 5000; // ms; what is refused is refused at once, on a busy machine too

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-config-'));
  await mkdir(join(folder, 'c'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('stops early', () => {
  test(
    'at defaults that list each other',
    async () => {
      const files = {
        'train.yaml': 'defaults: [c/a]',
        'c/a.yaml': 'defaults: [b]',
        'c/b.yaml': 'defaults: [a]',
      };
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      await expect(compose(join(folder, 'train.yaml'), [], { env: {} })).rejects.toMatchObject({
        code: 'defaults-cycle',
      });
    },
    QUICK,
  );

  test.each([
    ['two texts', { a: '${b}', b: '${a}' }],
    ['a map in itself', { a: { b: '${a}' } }],
    ['two maps', { a: { x: '${b}' }, b: { y: '${a}' } }],
    ['oc.select', { a: '${oc.select:a}' }],
    ['text in text', { a: 'x${b}', b: 'y${a}' }],
  ])(
    'at interpolations that go in a circle: %s',
    (_, config) => {
      expect(() => resolvePlain(config)).toThrow(RegripError);
    },
    QUICK,
  );

  test(
    'at interpolations that double',
    () => {
      const doubled = (text: (name: string) => string | string[]) =>
        Object.fromEntries([
          ['l0', 'xx'],
          ...Array.from({ length: 40 }, (_, level) => [`l${level + 1}`, text(`l${level}`)]),
        ]);
      expect(() => resolvePlain(doubled((name) => [`\${${name}}`, `\${${name}}`]))).toThrow(RegripError);
      expect(() => resolvePlain(doubled((name) => `\${${name}}\${${name}}`))).toThrow(RegripError);
    },
    QUICK,
  );
});
