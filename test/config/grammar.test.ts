/** Overrides of the whole grammar, as the real Hydra took them; `scripts/compatibility/grammar.ts` makes the answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Answer, outcomeOf } from '../../scripts/compatibility/grammarAnswer.js';

const FOLDER = join(import.meta.dirname, '../fixtures/hydra/grammar');
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
