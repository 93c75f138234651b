import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = ['engine', 'server', 'client']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

const literals = (text: string): string[] => [...text.matchAll(/'([^'\n]+)'/g)].map(([, code]) => code!);
/** A comment may hold an apostrophe. */
const withoutComments = (text: string): string =>
  text.replaceAll(/\/\/.*$/gm, '').replaceAll(/\/\*[\s\S]*?\*\//g, '');

/** Names of unions that error classes carry, and codes that a class has alone. */
const CARRIED = SOURCES.flatMap(({ text }) =>
  [...text.matchAll(/extends (?:RegripError|DataSetError)<([^>]+)>/g)].map(([, argument]) => argument!),
);

/** Each code, and where it is declared: in a union, with a class that has but one, or where a bare `RegripError` is made. */
const DECLARED = SOURCES.flatMap(({ name, text }) => {
  const code = withoutComments(text);
  const unions = [...code.matchAll(/type (\w+(?:Code|Fault)) =((?:\s*\|?\s*(?:'[^'\n]+'|\w+))+);/g)]
    .filter(([, union]) => isCarried(union!))
    .flatMap(([, , members]) => literals(members!));
  const single = CARRIED.filter((argument) => code.includes(`extends RegripError<${argument}>`)).flatMap(
    literals,
  );
  const bare = [...code.matchAll(/new RegripError\(\{\s*code: '([^'\n]+)'/g)].map(([, made]) => made!);
  return [...unions, ...new Set([...single, ...bare])].map((declared) => ({ code: declared, name }));
});

/** Itself, or as a part of another union. */
function isCarried(union: string): boolean {
  if (CARRIED.includes(union)) return true;
  const part = new RegExp(`type (\\w+(?:Code|Fault)) =[^;]*\\|\\s*${union}\\b`);
  return SOURCES.some(({ text }) => {
    const around = part.exec(text)?.[1];
    return around !== undefined && isCarried(around);
  });
}

describe('codes of errors', () => {
  test('are kebab-case', () => {
    expect(DECLARED.length).toBeGreaterThan(120);
    expect(DECLARED.filter(({ code }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  test('are declared in one place each, so that one never has two meanings', () => {
    const twice = DECLARED.filter(
      ({ code }, index) => DECLARED.findIndex((other) => other.code === code) < index,
    );
    const places = twice.map(({ code, name }) => [
      code,
      name,
      DECLARED.find((other) => other.code === code)?.name,
    ]);
    expect(places).toEqual([]);
  });
});
