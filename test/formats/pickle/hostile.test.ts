import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PickleError } from '../../../engine/formats/pickle/errors.js';
import { PyGlobal, PyList, PyObject, PyTuple } from '../../../engine/formats/pickle/model.js';
import { plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';

const pickle = (text: string) => Buffer.from(text, 'latin1');

function faultOf(run: () => unknown): PickleError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PickleError);
    return error as PickleError;
  }
  throw new Error('nothing was refused');
}

test.each([
  ['GLOBAL and REDUCE', (name: string) => pickle(`cos\nsystem\n(V touch ${name}\ntR.`)],
  ['INST', (name: string) => pickle(`(V touch ${name}\nios\nsystem\n.`)],
  [
    'STACK_GLOBAL from the memo',
    (name: string) => pickle(`\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\0h\x01\x93(V touch ${name}\ntR.`),
  ],
  ['OBJ', (name: string) => pickle(`(cos\nsystem\nV touch ${name}\no.`)],
])('a call of os.system by %s is only recorded', (_, make) => {
  const victim = join(tmpdir(), `regrip-hostile-${process.pid}`);
  const value = readPickle(make(victim)) as PyObject;
  expect(value.callable).toEqual(new PyGlobal('os', 'system'));
  expect(existsSync(victim)).toBe(false);
  expect(faultOf(() => plainOf(value)).message).toContain('os.system');
});

test.each<[string, string, string, number]>([
  ['ends inside a text', '\x80\x02X\xff\0\0\0short.', 'pickle-truncated', 7],
  ['ends before STOP', '\x80\x02]', 'pickle-truncated', 3],
  ['is empty', '', 'pickle-truncated', 0],
  ['claims a text of 2^63 bytes', '\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.', 'pickle-truncated', 11],
  ['claims a negative length', '\x80\x02T\xff\xff\xff\xff.', 'pickle-malformed', 2],
  ['is of protocol 6', '\x80\x06N.', 'pickle-protocol', 0],
  ['holds an unknown opcode', '\x80\x02\xff.', 'pickle-opcode', 2],
  ['keeps buffers outside', '\x80\x05\x97.', 'pickle-opcode', 2],
  ['names a global with numbers', '\x80\x04K\x01K\x02\x93.', 'pickle-malformed', 6],
  ['calls a number', '\x80\x02K\x01)R.', 'pickle-malformed', 5],
  ['calls with a list', '\x80\x02cos\nsystem\n]R.', 'pickle-malformed', 14],
  ['sets entries of a number', '\x80\x02K\x01K\x02K\x03s.', 'pickle-malformed', 8],
  ['appends to a global', '\x80\x02cos\nsystem\nK\x01a.', 'pickle-malformed', 15],
  ['builds a dict', '\x80\x02}}b.', 'pickle-malformed', 4],
  ['pops an empty stack', '\x80\x020.', 'pickle-malformed', 2],
  ['closes no mark', '\x80\x02t.', 'pickle-malformed', 2],
  ['reads an unset memo', '\x80\x02h\x05.', 'pickle-malformed', 2],
  ['gives a key without a value', '\x80\x02}(K\x01u.', 'pickle-malformed', 6],
  ['holds text that is no UTF-8', '\x80\x02X\x01\0\0\0\xff.', 'pickle-malformed', 2],
  ['holds a number of many digits', `L${'9'.repeat(5000)}L\n.`, 'pickle-limit', 0],
])('a pickle that %s is refused at its byte', (_, text, code, offset) => {
  const fault = faultOf(() => readPickle(pickle(text)));
  expect(fault).toMatchObject({ code, offset });
  expect(fault.message).toContain(`byte ${offset}`);
  expect(fault.hint).not.toBe('');
});

test('opcodes, memo and open containers are bounded', () => {
  expect(faultOf(() => readPickle(pickle(`${'N0'.repeat(600)}N.`), { maxOpcodes: 1000 })).code).toBe(
    'pickle-limit',
  );
  const memo = pickle(`\x80\x04N${'\x94'.repeat(50)}.`);
  expect(faultOf(() => readPickle(memo, { maxMemo: 10 })).code).toBe('pickle-limit');
  expect(faultOf(() => readPickle(pickle('('.repeat(20_000)))).code).toBe('pickle-limit');
});

test('a small pickle that doubles itself is not unfolded', () => {
  let text = '\x80\x02]q\0';
  for (let i = 0; i < 40; i += 1)
    text += `(h${String.fromCharCode(i)}h${String.fromCharCode(i)}lq${String.fromCharCode(i + 1)}`;
  expect(faultOf(() => plainOf(readPickle(pickle(`${text}.`)))).code).toBe('pickle-limit');
});

test('depth without marks is read, but neither unfolded nor written', () => {
  const deep = readPickle(pickle(`N${'\x85'.repeat(100_000)}.`));
  expect(faultOf(() => plainOf(deep)).code).toBe('pickle-limit');
  expect(faultOf(() => writePickle(deep, { protocol: 2 })).code).toBe('pickle-value');
});

test('a list that contains itself is no plain value', () => {
  const loop = new PyList();
  loop.items.push(loop);
  expect(faultOf(() => plainOf(loop)).code).toBe('pickle-limit');
});

test('a line feed in a name cannot smuggle opcodes into protocol 2', () => {
  const name = new PyGlobal('lab\nx\ncos\nsystem\n', 'y');
  expect(faultOf(() => writePickle(name, { protocol: 2 })).code).toBe('pickle-value');
  expect(readPickle(writePickle(name, { protocol: 4 }))).toEqual(name);
});

test('__proto__ as a key is a key', () => {
  const plain = plainOf(readPickle(pickle('\x80\x02}X\x09\0\0\0__proto__}X\x01\0\0\0aK\x01ss.'))) as object;
  expect(Object.keys(plain)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
  expect('a' in plain).toBe(false);
});

test('whatever the bytes, the answer is a value or a PickleError', () => {
  const start = Buffer.from(
    writePickle(new PyObject('call', new PyGlobal('a', 'b'), new PyTuple([1, 'text', new PyList([2.5])])), {
      protocol: 4,
    }),
  );
  fc.assert(
    fc.property(fc.nat(start.length), fc.uint8Array({ maxLength: 40 }), (cut, tail) => {
      try {
        readPickle(Buffer.concat([start.subarray(0, cut), tail]));
      } catch (error) {
        expect(error).toBeInstanceOf(PickleError);
      }
    }),
    { numRuns: 2000 },
  );
});
