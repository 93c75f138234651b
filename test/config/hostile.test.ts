import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { compose } from '../../engine/config/compose.js';
import { evaluate } from '../../engine/config/evaluate.js';
import { parseOverride } from '../../engine/config/overrides.js';
import { resolvePlain } from '../../engine/config/resolve.js';
import { parseConfig } from '../../engine/config/yaml.js';

const QUICK = 1000; // ms; what is refused is refused at once

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function composed(files: Record<string, string>, ...overrides: string[]) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return compose(join(folder, 'train.yaml'), overrides, { env: {} });
}

/** Runs `read`, which may only return or throw a tagged error. */
function returnsOrRefuses(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(RegripError);
  }
}

describe('returns, or says what is wrong', () => {
  const piece = (...pieces: string[]) =>
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 12 })
      .map((parts) => parts.join(''));

  test('the reader of overrides', () => {
    const texts = piece(
      'a',
      '=',
      '+',
      '~',
      '@',
      '.',
      '[',
      ']',
      '{',
      '}',
      ':',
      ',',
      "'",
      '"',
      '\\',
      '${',
      '(',
      ' ',
      '1e5',
    );
    fc.assert(
      fc.property(texts, (text) => returnsOrRefuses(() => parseOverride(text, 0))),
      { numRuns: 500 },
    );
  });

  test('the reader of YAML', () => {
    const texts = piece(
      'a: ',
      '\n',
      '  ',
      '- ',
      '&x ',
      '*x',
      '<<: ',
      '{',
      '}',
      '[',
      ']',
      '? ',
      '!!int ',
      '|',
      "'",
      '0x_',
      '---\n',
    );
    fc.assert(
      fc.property(texts, (text) => returnsOrRefuses(() => parseConfig(text, 'a.yaml'))),
      { numRuns: 500 },
    );
  });

  test('the evaluator', () => {
    const texts = piece(
      '1',
      '0',
      '.5',
      '+',
      '-',
      '*',
      '**',
      '/',
      '//',
      '%',
      '(',
      ')',
      '[',
      ']',
      ',',
      ' if ',
      ' else ',
      'not ',
      'max(',
      'True',
      "'a'",
      '<',
    );
    const refuse = (message: string) => new RegripError({ code: 'not-evaluated', message });
    fc.assert(
      fc.property(texts, (text) => returnsOrRefuses(() => evaluate(text, refuse))),
      { numRuns: 500 },
    );
  });

  test('the resolver of interpolations', () => {
    const texts = piece(
      '${',
      '}',
      'a',
      'l',
      '.',
      '[0]',
      ':',
      'oc.env:',
      'oc.select:',
      'oc.decode:',
      'eval:',
      "'",
      '"',
      ',',
      '\\',
      '{',
      'b',
    );
    const config = (v: string) => ({ a: 1, l: [1, '${a}'], v });
    fc.assert(
      fc.property(texts, (text) => returnsOrRefuses(() => resolvePlain(config(text)))),
      { numRuns: 500 },
    );
  });
});

describe('stops early', () => {
  test(
    'at an alias bomb',
    () => {
      const levels = Array.from(
        { length: 30 },
        (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}]`,
      );
      expect(() => parseConfig(['l0: &l0 [1]', ...levels].join('\n'), 'a.yaml')).toThrow(
        /a\.yaml:\d+:\d+: expands to more/,
      );
    },
    QUICK,
  );

  test(
    'at an alias that holds itself',
    () => {
      expect(() => parseConfig('a: &x [*x]', 'a.yaml')).toThrow(RegripError);
    },
    QUICK,
  );

  test(
    'at brackets without end',
    () => {
      expect(() => parseConfig(`a: ${'['.repeat(2000)}`, 'a.yaml')).toThrow(RegripError);
      expect(() => parseOverride(`a=${'['.repeat(2000)}`, 0)).toThrow(/nests deeper/);
    },
    QUICK,
  );

  test(
    'at a file that is no config',
    async () => {
      await expect(composed({ 'train.yaml': `a: ${'x'.repeat(1 << 21)}` })).rejects.toThrow(
        /train\.yaml: has 2097155 bytes/,
      );
    },
    QUICK,
  );

  test(
    'at defaults that list each other',
    async () => {
      const files = {
        'train.yaml': 'defaults: [c/a]',
        'c/a.yaml': 'defaults: [b]',
        'c/b.yaml': 'defaults: [a]',
      };
      await expect(composed(files)).rejects.toMatchObject({ code: 'defaults-cycle' });
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

describe('names the place and the way out', () => {
  test.each([
    ['a: 1\nb: ${nope}', [], /train\.yaml:2:4: b refers to 'nope', which does not exist/],
    ['a: ???\nb: ${a}', [], /train\.yaml:2:4: b refers to 'a', which is mandatory and not set/],
    ['a: [1]\nb: ${a.3}', [], /train\.yaml:2:4: b refers to 'a\.3', which does not exist/],
    ['a: 1\nb: ${other:run.dir}', [], /train\.yaml:2:4: b uses the resolver 'other', which is not supported/],
    ['a: 1\nb: {1: x}', [], /train\.yaml:2:5: YAML reads the key 1 as a number/],
    ['a: 1\nb: !mine x', [], /train\.yaml:2:\d+: the tag !mine is not supported/],
    ['defaults:\n  - task: none', [], /train\.yaml:2:5: the defaults list asks for 'task\/none'/],
    ['hydra:\n  searchpath: [x]', [], /train\.yaml:2:\d+: hydra\.searchpath is not supported/],
    ['a: [1, 2]', ['a.5=1'], /override 'a\.5=1': the list has 2 entries/],
    ['a: [1, 2]', ['~a.0'], /override '~a\.0'.* an entry of a list cannot be deleted/],
    ['a: 1', ['a=int(3)'], /override 'a=int\(3\)' calls int\(…\), which is not supported/],
    ['a: 1', ['a=1,2'], /override 'a=1,2' is a sweep/],
  ])('%j %j', async (text, overrides, message) => {
    await expect(composed({ 'train.yaml': text }, ...overrides)).rejects.toThrow(message);
  });

  test('changes an entry of a list', async () => {
    expect((await composed({ 'train.yaml': 'a: [1, {b: 2}]' }, 'a.1.b=3', 'a.0=${a.1.b}')).resolved).toEqual({
      a: [3, { b: 3 }],
    });
  });

  test('leaves a value that nobody set', async () => {
    expect((await composed({ 'train.yaml': 'a: ???' })).resolved).toEqual({ a: '???' });
  });
});
