import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkpointListing } from '../../engine/formats/checkpoint/listing/listing.js';
import type { TensorInfo } from '../../engine/formats/checkpoint/types.js';
import { indexOf } from '../adapt/references.js';
import { readGrammar, type Token, tokenise } from './tokenise.js';

const grammar = readGrammar('checkpoint-listing');
const plain = ({ text, scopes }: Token) => [text.trim(), scopes.at(-1)!.replace(/\.regrip-checkpoint$/, '')];
const line = (text: string) => tokenise(grammar, text)[0]!.map(plain);

describe('a listing', () => {
  test('a key: its path by segments, its shape, its dtype, what it shares', () => {
    expect(line('    model.decoder.layers.0.norm1.weight  [8, 32]  float32  = ema_model: model.a')).toEqual([
      ['model', 'entity.name.namespace.module'],
      ['.', 'punctuation.separator.path'],
      ['decoder', 'entity.name.namespace.module'],
      ['.', 'punctuation.separator.path'],
      ['layers', 'entity.name.namespace.module'],
      ['.', 'punctuation.separator.path'],
      ['0', 'constant.numeric.index'],
      ['.', 'punctuation.separator.path'],
      ['norm1', 'entity.name.namespace.module'],
      ['.', 'punctuation.separator.path'],
      ['weight', 'variable.other.property.parameter'],
      ['[', 'punctuation.separator.shape'],
      ['8', 'constant.numeric.dimension'],
      [',', 'punctuation.separator.shape'],
      ['32', 'constant.numeric.dimension'],
      [']', 'punctuation.separator.shape'],
      ['float32', 'storage.type.dtype'],
      ['=', 'keyword.operator.shared'],
      ['ema_model', 'entity.name.section.state-dict'],
      [':', 'punctuation.separator'],
      ['model.a', 'comment.line.shared'],
    ]);
  });

  test.each([
    ['# latest.ckpt', 'comment.line.number-sign'],
    ['#   epoch  550', 'comment.line.number-sign'],
    ['  # … and 80,000 more keys, too many to list', 'comment.line.number-sign'],
    ['model:  205 keys, 3 values in 140 tensors', 'entity.name.section.state-dict'],
    ['  model.decoder.layers.1.*  18 keys', 'entity.name.section.module'],
    ['  group 0  17 parameters, lr 0.0001', 'variable.other.property.entry'],
    ['  global_step  4321', 'variable.other.property.entry'],
  ])('%j begins with %s', (text, scope) => {
    expect(line(text)[0]![1]).toBe(scope);
  });

  test('a warning stands out, an escaped character too', () => {
    expect(line('#   warning: names os.system')[1]).toEqual([
      'warning: names os.system',
      'invalid.deprecated.warning',
    ]);
    expect(line('    a\\x0ab  [2]  int8')).toContainEqual(['\\x0a', 'constant.character.escape']);
  });

  test('every key of a real one is read as a key, and no other line is', () => {
    const tensor = { ...indexOf('policy-7d.json').stateDicts.model![0]!, key: '#\n[1] = x:', shape: [] };
    const index = indexOf('policy-7d.json');
    const odd: TensorInfo[] = [tensor, { ...tensor, key: '' }];
    const { text, keys } = checkpointListing({ ...index, stateDicts: { ...index.stateDicts, odd } });
    const found = tokenise(grammar, text).flatMap((tokens, at) =>
      tokens.some(({ scopes }) => scopes.includes('meta.key.regrip-checkpoint')) ? [at + 1] : [],
    );
    expect(found).toEqual([...keys.keys()]);
    const bare = tokenise(grammar, text).flatMap((tokens, at) =>
      tokens.length === 0 && text.split('\n')[at] !== '' ? [text.split('\n')[at]] : [],
    );
    expect(bare).toEqual([]);
  });
});

test('the language configuration takes a whole key as a word, and folds by indentation', () => {
  const file = new URL('../../syntaxes/checkpoint-listing.language.json', import.meta.url);
  const { wordPattern, comments, folding } = JSON.parse(readFileSync(file, 'utf8')) as {
    wordPattern: string;
    comments: { lineComment: string };
    folding: { offSide: boolean };
  };
  const words = '    model.head.weight  [7, 32]  float32  = a.b'.match(new RegExp(wordPattern, 'g'));
  expect(words).toEqual(['model.head.weight', '7', '32', 'float32', 'a.b']);
  expect([comments.lineComment, folding.offSide]).toEqual(['#', true]);
});
