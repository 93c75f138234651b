import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineBuffer } from '../../../engine/wire/connect/lines.js';

const buffer = (limit = 1000) => new LineBuffer(limit, (bytes) => new Error(`${bytes} bytes`));

test('lines are the same whatever pieces they come in', () => {
  const cuts = fc.array(fc.nat(200), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))),
      cuts,
      (lines, at) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const borders = [
          0,
          ...at.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const into = buffer();
        const found = borders.slice(1).flatMap((end, i) => [...into.take(bytes.subarray(borders[i], end))]);
        expect(found).toEqual(lines);
      },
    ),
  );
});

test('a line that does not end waits; what is cleared is forgotten', () => {
  const into = buffer();
  expect([...into.take(Buffer.from('ab'))]).toEqual([]);
  expect([...into.take(Buffer.from('c\nd'))]).toEqual(['abc']);
  into.clear();
  expect([...into.take(Buffer.from('e\n'))]).toEqual(['e']);
});

test('a line beyond the limit is an error, at once or byte by byte', () => {
  expect(() => [...buffer(5).take(Buffer.from('123456\n'))]).toThrow('6 bytes');
  const into = buffer(5);
  const feeding = () => {
    for (let i = 0; i < 10; i += 1) for (const _ of into.take(Buffer.from('x')));
  };
  expect(feeding).toThrow('6 bytes');
  expect([...buffer(5).take(Buffer.from('12345\n1234\n'))]).toEqual(['12345', '1234']);
});

test('the piece’s memory may be used again', () => {
  const into = buffer();
  const piece = Buffer.from('ab');
  for (const _ of into.take(piece));
  piece.fill(0);
  expect([...into.take(Buffer.from('\n'))]).toEqual(['ab']);
});
