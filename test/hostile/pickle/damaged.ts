/** Pickles that are cut off or put the wrong thing on the stack: each is refused at its byte. */
import type { Shape } from '../shape.js';

type Row = readonly [name: string, bytes: string, code: string, offset: number];

const ROWS: readonly Row[] = [
  ['ends inside a text', '\x80\x02X\xff\0\0\0short.', 'pickle-truncated', 7],
  ['ends before STOP', '\x80\x02]', 'pickle-truncated', 3],
  ['is empty', '', 'pickle-truncated', 0],
  ['claims a text of 2^63 bytes', '\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.', 'pickle-truncated', 11],
  ['claims bytes of 2^64 - 1', '\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xff.', 'pickle-truncated', 11],
  ['claims a bytearray of 4 GiB', '\x80\x05\x96\0\0\0\0\x01\0\0\0.', 'pickle-truncated', 11],
  ['claims a negative length', '\x80\x02T\xff\xff\xff\xff.', 'pickle-malformed', 2],
  ['claims an integer of 2 GiB', '\x80\x02\x8b\xff\xff\xff\x7f.', 'pickle-limit', 2],
  ['is of protocol 6', '\x80\x06N.', 'pickle-protocol', 0],
  ['holds an unknown opcode', '\x80\x02\xff.', 'pickle-opcode', 2],
  ['keeps buffers outside', '\x80\x05\x97.', 'pickle-opcode', 2],
  ['names a global with numbers', '\x80\x04K\x01K\x02\x93.', 'pickle-malformed', 6],
  ['calls a number', '\x80\x02K\x01)R.', 'pickle-malformed', 5],
  ['calls a text', '\x80\x02X\x01\0\0\0a)R.', 'pickle-malformed', 9],
  ['calls with a list', '\x80\x02cos\nsystem\n]R.', 'pickle-malformed', 14],
  ['makes an object with a list', '\x80\x04cos\nsystem\n]}\x92.', 'pickle-malformed', 15],
  ['sets entries of a number', '\x80\x02K\x01K\x02K\x03s.', 'pickle-malformed', 8],
  ['appends to a global', '\x80\x02cos\nsystem\nK\x01a.', 'pickle-malformed', 15],
  ['appends to a tuple', '\x80\x02)N\x61.', 'pickle-malformed', 4],
  ['builds a dict', '\x80\x02}}b.', 'pickle-malformed', 4],
  ['pops an empty stack', '\x80\x020.', 'pickle-malformed', 2],
  ['duplicates nothing', '\x80\x022.', 'pickle-malformed', 2],
  ['closes no mark', '\x80\x02t.', 'pickle-malformed', 2],
  ['takes a pair of one value', '\x80\x02N\x86.', 'pickle-malformed', 3],
  ['makes an object without a class', '(o.', 'pickle-malformed', 1],
  ['reads an unset memo', '\x80\x02h\x05.', 'pickle-malformed', 2],
  ['reads a far memo', '\x80\x02j\xff\xff\xff\xff.', 'pickle-malformed', 2],
  ['memoises nothing', '\x80\x04\x94.', 'pickle-malformed', 2],
  ['gives a key without a value', '\x80\x02}(K\x01u.', 'pickle-malformed', 6],
  ['holds text that is not UTF-8', '\x80\x02X\x01\0\0\0\xff.', 'pickle-malformed', 2],
  ['names a global that is not UTF-8', 'c\xff\nx\n.', 'pickle-malformed', 0],
  ['holds a text beyond Unicode', 'V\\Uffffffff\n.', 'pickle-malformed', 0],
  ['holds a string without quotes', 'Sabc\n.', 'pickle-malformed', 0],
  ['holds a float that is none', 'F1.2.3\n.', 'pickle-malformed', 0],
  ['holds a float in hexadecimal', 'F0x10\n.', 'pickle-malformed', 0],
  ['holds an integer that is none', 'I1e3\n.', 'pickle-malformed', 0],
  ['holds a number of many digits', `L${'9'.repeat(5000)}L\n.`, 'pickle-limit', 0],
  ['stops with nothing', '\x80\x04.', 'pickle-malformed', 2],
];

export const damagedShapes: readonly Shape[] = ROWS.map(([name, bytes, expect, offset]) => ({
  name: `a pickle that ${name}`,
  why: 'damage, or a hand that made it',
  reader: 'pickle',
  make: () => Buffer.from(bytes, 'latin1'),
  expect,
  says: new RegExp(`byte ${offset}\\)`),
}));
