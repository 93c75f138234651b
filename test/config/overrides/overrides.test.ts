/** Overrides of the whole grammar, as the real Hydra took them; `scripts/compatibility/grammar.ts` makes the answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOverride } from '../../../engine/config/overrides/overrides.js';
import { type Answer, outcomeOf } from '../../../scripts/compatibility/grammarAnswer.js';

const FOLDER = join(import.meta.dirname, '../../fixtures/hydra/grammar');
const [, ...lines] = readFileSync(join(FOLDER, 'answers.jsonl'), 'utf8').trimEnd().split('\n');
const cases = lines.map((line) => JSON.parse(line) as [string, Answer]);

describe('Hydra 1.3.8 takes overrides the same', () => {
  test.each(cases)('%s', async (override, answer) => {
    expect((await outcomeOf(FOLDER, override, answer)).kind).toMatch(
      /^(?:same|both sweep|both refuse|shuffled)$/,
    );
  });

  test('of each kind there are many', () => {
    const count = (kind: string) =>
      cases.filter(([, answer]) => JSON.stringify(answer).startsWith(kind)).length;
    expect(count('{"changed"')).toBeGreaterThan(100);
    expect(count('{"error":"sweep"')).toBeGreaterThan(40);
    expect(count('{"error":"refused"')).toBeGreaterThan(100);
    expect(count('{"shuffled"')).toBeGreaterThan(0);
  });
});

describe('an override is read', () => {
  test.each([
    ['a.b=1', { kind: 'change', key: 'a.b', package: undefined }],
    ['+a=1', { kind: 'add', key: 'a' }],
    ['++a=1', { kind: 'force', key: 'a' }],
    ['~a', { kind: 'delete', key: 'a', value: undefined }],
    ['~a=1', { kind: 'delete', key: 'a', value: { kind: 'scalar', value: 1 } }],
    ['task/data@task.data=x', { key: 'task/data', package: 'task.data', value: { value: 'x' } }],
    ['a.0.b=x', { key: 'a.0.b' }],
    ['a=', { value: { kind: 'scalar', value: '' } }],
    ['a=  x  ', { value: { value: 'x' } }],
    ['a=[1,[b, {c: null}]]', { value: { kind: 'list' } }],
    ['a="x,y"', { value: { value: 'x,y' } }],
    ["a='it\\'s'", { value: { value: "it's" } }],
    ['a=${b}/x:y', { value: { value: '${b}/x:y' } }],
  ])('%s', (text, expected) => {
    const read = parseOverride(text, 3);
    expect(read).toMatchObject({ ...expected, text, index: 3 });
    if (read.value !== undefined) expect(read.value.place).toEqual({ kind: 'override', text, index: 3 });
  });

  test.each([
    ['a', 'override-syntax'],
    ['=1', 'override-syntax'],
    ['a..b=1', 'override-syntax'],
    ['a b=1', 'override-syntax'],
    ['a=[1', 'override-syntax'],
    ['a={b:1', 'override-syntax'],
    ['a={b}', 'override-syntax'],
    ['a=[1]]', 'override-syntax'],
    ['a=f(', 'override-syntax'],
    ['a=choice(1,sort=2,3)', 'override-syntax'],
    ['a="x', 'override-syntax'],
    ['a={1:2}', 'unsupported'],
    ['a=1,2', 'override-sweep'],
    ['a=range(3)', 'override-sweep'],
    [`a=${'['.repeat(100)}`, 'override-syntax'],
    [`a=${'9'.repeat(5000)}`, 'override-syntax'],
    [`a=${'x'.repeat(70_000)}`, 'override-syntax'],
  ])('%# is refused with what to write instead', (text, code) => {
    const reading = () => parseOverride(text, 0);
    expect(reading).toThrow(expect.objectContaining({ code, hint: expect.stringMatching(/\w/) }));
    expect(reading).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{1,5000}$/s) }));
  });
});
