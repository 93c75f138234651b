/** What the tables of shapes cannot show: bounds that a caller sets, and what the writer refuses. */
import { expect, test } from 'vitest';
import { PyDict, PyGlobal, PyList } from '../../../engine/formats/pickle/model.js';
import { PickleError } from '../../../engine/formats/pickle/pickleError.js';
import { plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { assemble, repeat } from './assemble.js';

function faultOf(run: () => unknown): PickleError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PickleError);
    return error as PickleError;
  }
  throw new Error('nothing was refused');
}

test('a caller may ask for less', () => {
  const opcodes = assemble(repeat(600, 'NONE', 'POP'), 'NONE', 'STOP');
  expect(faultOf(() => readPickle(opcodes, { maxOpcodes: 1000 })).code).toBe('pickle-limit');
  const memo = assemble('NONE', repeat(50, 'MEMOIZE'), 'STOP');
  expect(faultOf(() => readPickle(memo, { maxMemo: 10 })).code).toBe('pickle-limit');
});

test('depth is read but not written, and says so', () => {
  const deep = readPickle(assemble('NONE', repeat(100_000, 'TUPLE1'), 'STOP'));
  expect(faultOf(() => writePickle(deep, { protocol: 2 })).code).toBe('pickle-value');
});

test('the path to what has no plain form is told', () => {
  const inside = PyDict.of({ task: new PyList([PyDict.of({ name: new PyGlobal('os', 'system') })]) });
  expect(faultOf(() => plainOf(inside)).message).toBe('task.0.name is the global os.system');
});

test('a line feed in a name cannot smuggle opcodes into protocol 2', () => {
  const name = new PyGlobal('lab\nx\ncos\nsystem\n', 'y');
  expect(faultOf(() => writePickle(name, { protocol: 2 })).code).toBe('pickle-value');
  expect(readPickle(writePickle(name, { protocol: 4 }))).toEqual(name);
});

test('__proto__ as a key is a key', () => {
  const text = (value: string) => ['SHORT_BINUNICODE', value] as const;
  const bytes = assemble(
    'EMPTY_DICT',
    text('__proto__'),
    'EMPTY_DICT',
    text('a'),
    'NEWTRUE',
    'SETITEM',
    'SETITEM',
    'STOP',
  );
  const plain = plainOf(readPickle(bytes)) as object;
  expect(Object.keys(plain)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
  expect('a' in plain).toBe(false);
});
