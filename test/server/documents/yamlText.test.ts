/** A YAML text as keys and values with their offsets, also while it is typed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Entry, YamlText } from '../../../server/documents/yamlText.js';
import { propertyRuns } from '../../propertyRuns.js';

const shown = (text: string) => {
  const yaml = new YamlText(text);
  return yaml.entries.map(({ path, key, value }) => [
    path.join('.'),
    key && yaml.source(key),
    value && yaml.source(value),
  ]);
};

describe('the entries', () => {
  test('of mappings and lists, containers before what they hold', () => {
    expect(shown('a:\n  b: 1\nc: [x, "y"]\n')).toEqual([
      ['a', 'a', 'b: 1\n'],
      ['a.b', 'b', '1'],
      ['c', 'c', '[x, "y"]'],
      ['c.0', undefined, 'x'],
      ['c.1', undefined, '"y"'],
    ]);
  });

  test('a text is read without its quotes, an alias by its name, an anchor is told', () => {
    const { entries } = new YamlText('a: &x "q"\nb: *x\n');
    expect(entries.map(({ text, anchor, value }) => [text, anchor, value?.kind])).toEqual([
      ['q', 'x', 'scalar'],
      ['x', undefined, 'alias'],
    ]);
  });

  test('a key behind which nothing is written has no value', () => {
    expect(new YamlText('a:\nb: 1\n').entry(['a'])).toMatchObject({ value: undefined, text: '' });
  });

  test('half-typed text has what stands before', () => {
    expect(new YamlText('a: 1\nb: {c: ').entry(['a'])?.text).toBe('1');
  });

  test('none in a text that is longer than a config, and none below sixty-four levels', () => {
    expect(new YamlText(`a: ${'x'.repeat(1 << 18)}`).entries).toEqual([]);
    const deep = `${'{a: '.repeat(80)}1${'}'.repeat(80)}`;
    const levels = new YamlText(deep).entries.map(({ path }) => path.length);
    expect(Math.max(...levels)).toBe(65);
  });
});

describe('under the cursor', () => {
  const text = 'task:\n  width: 12\nlist:\n  - a\n';
  const yaml = new YamlText(text);
  const at = (piece: string, more = 0) => {
    const found = yaml.at(text.indexOf(piece) + more);
    return found && [found.entry.path.join('.'), found.part];
  };

  test.each([
    ['task', 0, ['task', 'key']],
    ['task', 4, ['task', 'key']],
    ['width', 2, ['task.width', 'key']],
    ['12', 0, ['task.width', 'value']],
    ['12', 2, ['task.width', 'value']],
    ['a\n', 0, ['list.0', 'value']],
    ['- a', 0, undefined],
  ] as const)('%j + %i', (piece, more, found) => {
    expect(at(piece, more)).toEqual(found);
  });
});

test('whatever is typed: no fault, and every stretch lies within the text', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&x ',
    '*x',
    '"',
    '#',
    '|',
    '?',
  );
  const isWithin = (text: string, stretch: Entry['key']) =>
    stretch === undefined ||
    (0 <= stretch.start && stretch.start <= stretch.end && stretch.end <= text.length);
  fc.assert(
    fc.property(
      fc.array(piece).map((all) => all.join('')),
      (text) => {
        for (const { key, value } of new YamlText(text).entries)
          expect(isWithin(text, key) && isWithin(text, value)).toBe(true);
      },
    ),
    { numRuns: propertyRuns(0.2) },
  );
});
