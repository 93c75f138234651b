/** The keys that each family reads are known. */
import { describe, test } from 'vitest';
import { FAMILIES } from '../../../../engine/judge/policy/families.js';
import { expectFound, expectNone } from '../fixture.js';

const one = (text: string) => ({ 'config/a.yaml': text });

describe.each(FAMILIES.map((family) => [family.id, family] as const))('the keys of %s', (_, family) => {
  const named = family.configSections.find(({ path }) => path === 'policy')!.keys;

  test('are known in a policy of its class', () => {
    const lines = named.filter((key) => key !== '_target_').map((key) => `  ${key}: 1\n`);
    return expectNone(one(`policy:\n  _target_: lab.${family.classes[0]}\n${lines.join('')}`), 'unknown-key');
  });

  test('make a slip in one of them known as such', () => {
    const longest = [...named].sort((a, b) => b.length - a.length)[0]!;
    const slip = longest.slice(0, -1);
    const text = `policy: {_target_: lab.${family.classes[0]}, <|${slip}|>: 1}\n`;
    return expectFound(one(text), 'unknown-key', new RegExp(`Did you mean ${longest}`));
  });
});
