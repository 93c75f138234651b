/** Any text is a config, an override, an expression or an interpolation, or says what is wrong with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { test } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import { parseOverride } from '../../../engine/config/overrides/overrides.js';
import { evaluate } from '../../../engine/config/resolve/evaluate.js';
import { resolvePlain } from '../../../engine/config/resolve/resolve.js';
import { parseConfig } from '../../../engine/config/yaml/yaml.js';
import { damaged, settles, tryAll } from './mutations.js';

const HYDRA = fileURLToPath(new URL('../../fixtures/reference/hydra', import.meta.url));

/** Texts of the given pieces with other characters among them. */
const pieces = (...known: string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 3 })), { maxLength: 12 })
    .map((parts) => parts.join(''));

const YAML = [
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
];
const VALUES = [
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
];

test('damaged configs', () => {
  const files = readdirSync(HYDRA, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  const originals = files.map((name) => readFileSync(join(HYDRA, name)));
  const texts = fc.oneof(...originals.map((original) => damaged(original, YAML)));
  tryAll(texts, (bytes) => settles(() => parseConfig(Buffer.from(bytes).toString('utf8'), 'a.yaml')));
});

test('YAML in pieces', () => {
  tryAll(pieces(...YAML), (text) => settles(() => parseConfig(text, 'a.yaml')));
});

test('overrides', () => {
  tryAll(pieces(...VALUES), (text) => settles(() => parseOverride(text, 0)));
  tryAll(pieces(...VALUES), (text) => settles(() => parseOverride(`a.b=${text}`, 0)));
});

test('expressions', () => {
  const texts = pieces(
    ...['1', '0', '.5', '+', '-', '*', '**', '/', '//', '%', '(', ')', '[', ']', ',', ' if ', ' else '],
    ...['not ', 'max(', 'True', "'a'", '<'],
  );
  const refuse = (message: string) => new RegripError({ code: 'not-evaluated', message });
  tryAll(texts, (text) => settles(() => evaluate(text, refuse)));
});

test('interpolations', () => {
  const texts = pieces(
    ...['${', '}', 'a', 'l', '.', '[0]', ':', 'oc.env:', 'oc.select:', 'oc.decode:', 'eval:', "'", '"'],
    ...[',', '\\', '{', 'b'],
  );
  tryAll(texts, (v) => settles(() => resolvePlain({ a: 1, l: [1, '${a}'], v })));
});
