/** Any bytes are a value or a `PickleError` to the pickle reader, and to what unfolds and writes its values. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toNdArrays } from '../../../engine/formats/pickle/numpy.js';
import { OP } from '../../../engine/formats/pickle/opcodes.js';
import { plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { damaged, settles, tryAll } from './mutations.js';

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/pickle/${name}`, import.meta.url)));
const PROTOCOLS = [0, 1, 2, 3, 4, 5];

/** Everything that a value read from a file goes through. */
function use(bytes: Uint8Array): void {
  settles(() => {
    const value = readPickle(bytes);
    settles(() => plainOf(value));
    settles(() => toNdArrays(value, bytes.length));
    settles(() => {
      const again = writePickle(value, { protocol: 4 });
      expect(() => readPickle(again)).not.toThrow();
    });
  });
}

test('damaged pickles of every protocol', () => {
  const originals = PROTOCOLS.flatMap((p) => [
    fixture(`values.p${p}.pkl`),
    fixture(`arrays.numpy2.p${p}.pkl`),
  ]);
  tryAll(fc.oneof(...originals.map((original) => damaged(original))), use);
});

test('opcodes in any order', () => {
  const opcode = fc.constantFrom(...Object.values(OP).filter((op) => op !== OP.STOP));
  const line = fc.constantFrom('a\n', 'os\nsystem\n', '1\n', '00\n', "'a'\n", '-1\n', '1.5\n');
  const small = fc.uint8Array({ minLength: 1, maxLength: 4, max: 4 }).map((bytes) => Buffer.from(bytes));
  const piece = fc
    .tuple(
      opcode,
      fc.oneof(
        fc.constant(Buffer.of()),
        small,
        line.map((text) => Buffer.from(text)),
      ),
    )
    .map(([op, operand]) => Buffer.concat([Buffer.of(op), operand]));
  tryAll(
    fc.array(piece, { maxLength: 60 }).map((pieces) => Buffer.concat([...pieces, Buffer.of(OP.STOP)])),
    use,
  );
});

test('any bytes', () => {
  tryAll(fc.uint8Array({ maxLength: 200 }), use);
});
