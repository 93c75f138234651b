/** What holds for every log: where it is cut into pieces says nothing, and no bytes bring the reader down. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JsonScalar, JsonTokenizer } from '../../../engine/formats/inferenceLog/jsonTokens.js';
import { InferenceLogError } from '../../../engine/formats/inferenceLog/logError.js';
import { judgeGripper } from '../../../engine/judge/gripper/judge.js';
import { readGripperLog } from '../../../engine/judge/gripper/trace.js';
import { propertyRuns } from '../../propertyRuns.js';
import { logOf, read } from './logs.js';

const RUNS = { numRuns: propertyRuns(0.25) };

let folder: string;
let scratch: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-log-'));
  scratch = join(folder, 'log.json');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The tokens of a text that is fed in pieces which end at `cuts`; the piece's memory is overwritten after each. */
function tokensOf(text: Buffer, cuts: readonly number[]): unknown[] {
  const tokens: unknown[] = [];
  const tokenizer = new JsonTokenizer({
    begin: (kind, offset) => tokens.push([kind, offset]),
    end: (end) => tokens.push(['end', end]),
    key: (name) => tokens.push(['key', name]),
    value: (value: JsonScalar, offset) => tokens.push([value, offset]),
  });
  const borders = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  for (let i = 1; i < borders.length; i++) {
    const piece = Buffer.from(text.subarray(borders[i - 1], borders[i]));
    tokenizer.feed(piece);
    piece.fill(0x21);
  }
  tokenizer.end();
  return tokens;
}

test('any JSON reads the same whatever pieces it comes in', () => {
  const spaces = fc.constantFrom(undefined, 2, '\t');
  const cuts = fc.array(fc.nat(), { maxLength: 40 });
  const property = fc.property(
    fc.dictionary(fc.string(), fc.jsonValue()),
    spaces,
    cuts,
    (value, space, at) => {
      const text = Buffer.from(JSON.stringify(value, null, space));
      const whole = tokensOf(text, []);
      expect(
        tokensOf(
          text,
          at.map((cut) => cut % (text.length + 1)),
        ),
      ).toEqual(whole);
      expect(
        tokensOf(
          text,
          Array.from(text, (_, cut) => cut),
        ),
      ).toEqual(whole);
    },
  );
  fc.assert(property, RUNS);
});

test('a log reads the same whatever the size of the pieces', async () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
  const property = fc.asyncProperty(
    values,
    fc.integer({ min: 1, max: 200 }),
    async (grippers, pieceBytes) => {
      await writeFile(scratch, JSON.stringify(logOf(grippers)));
      const whole = await read(scratch);
      expect(await read(scratch, pieceBytes)).toEqual(whole);
      expect(whole.steps.map(({ action }) => action[0]![7])).toEqual(grippers.map((value) => value + 0));
    },
  );
  await fc.assert(property, RUNS);
});

/** Either a judgement with a finding or a tagged error that says what to do; anything else is a fault of ours. */
async function survives(bytes: Uint8Array): Promise<void> {
  await writeFile(scratch, bytes);
  try {
    judgeGripper(await readGripperLog(scratch));
  } catch (error) {
    expect(error).toBeInstanceOf(InferenceLogError);
    expect((error as InferenceLogError).hint).toBeTruthy();
  }
}

test('random bytes give a tagged error', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), survives), RUNS);
});

test('a log with bytes changed, left out or put in is judged or refused', async () => {
  const text = Buffer.from(JSON.stringify(logOf([1, 0, 1, Number.NaN, 0])));
  const edit = fc.record({
    at: fc.nat(text.length),
    length: fc.nat(6),
    put: fc.uint8Array({ maxLength: 6 }),
  });
  const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
    let bytes: Buffer = text;
    for (const { at, length, put } of edits) {
      bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + length)]);
    }
    return survives(bytes);
  });
  await fc.assert(property, RUNS);
});
