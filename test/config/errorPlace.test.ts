import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../engine/config/configError.js';
import { configFileOf } from '../../engine/config/configFile.js';
import { configProblem, placeFromText } from '../../engine/config/errorPlace.js';

const TEXT = 'task:\n  lr: 0.001\n  name: [a, lift]\n';
const FILES = new Map([['/c/train.yaml', configFileOf(TEXT, '/c/train.yaml')]]);
const OVERRIDES = ['a=1', 'b=[1,2', `c=${'x'.repeat(900)}`];

const range = (text: string) => {
  const place = placeFromText(text, FILES);
  if (place.kind !== 'file') throw new Error('an override');
  return [place.file, `${place.line}:${place.column}-${place.endLine}:${place.endColumn}`];
};

describe('a place in a text', () => {
  test.each([
    ['/c/train.yaml:2:7', '/c/train.yaml', '2:7-2:12'], // the value that begins there
    ['/c/train.yaml:3:9', '/c/train.yaml', '3:9-3:18'],
    ['/c/train.yaml:3:10', '/c/train.yaml', '3:10-3:11'], // the innermost
    ['/c/train.yaml:3:3', '/c/train.yaml', '3:3-3:7'], // a key: the word
    ['/c/train.yaml:3', '/c/train.yaml', '3:1-3:1'],
    ['/c/train.yaml', '/c/train.yaml', '1:1-1:5'],
    ['/c/train.yaml:99:9', '/c/train.yaml', '99:9-99:9'],
    ['/c/other.yaml:2:7', '/c/other.yaml', '2:7-2:7'], // nothing is known of it
    ['/c/odd:name.yaml', '/c/odd:name.yaml', '1:1-1:1'],
    ['/c/a:1:2.yaml:4:5', '/c/a:1:2.yaml', '4:5-4:5'],
  ])('%s', (text, file, where) => expect(range(text)).toEqual([file, where]));
});

const problem = (facts: { file?: string; message: string }) =>
  configProblem(
    new ConfigError({ code: 'hydra-key', hint: 'mend it', subject: 'lr', ...facts }),
    FILES,
    OVERRIDES,
  );

test('a problem keeps its facts, its message without the place', () => {
  expect(problem({ file: '/c/train.yaml:2:7', message: 'is wrong' })).toEqual({
    code: 'hydra-key',
    message: 'is wrong',
    hint: 'mend it',
    subject: 'lr',
    place: { kind: 'file', file: '/c/train.yaml', line: 2, column: 7, endLine: 2, endColumn: 12 },
  });
});

test('one without a file belongs to none', () => {
  expect(problem({ message: 'is wrong' }).place).toBeUndefined();
});

test.each([
  [{ file: "the override 'a=1'", message: 'is wrong' }, 0],
  [{ message: "the override 'b=[1,2' has no ']'" }, 1],
  [{ message: "the override 'b=[1,2': the list" }, 1],
  [{ message: `the override 'c=${'x'.repeat(498)}…' is a sweep` }, 2],
])('one of an override belongs to it: %j', (facts, index) => {
  expect(problem(facts).place).toEqual({ kind: 'override', text: OVERRIDES[index], index });
});

test('one of an override that nobody gave belongs to none', () => {
  expect(problem({ message: "the override 'z=1' has no key" }).place).toBeUndefined();
});
