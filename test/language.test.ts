/** The English of the sources: strings and comments hold none of the turns of phrase that read as translated. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** What was found, and what to write instead. `there is no …` and `is no longer …` are sound English. */
const TRANSLATED: readonly (readonly [RegExp, string])[] = [
  [
    /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|fewer\b|less\b|later\b|earlier\b|better\b|worse\b)[a-z]/i,
    'is not a …',
  ],
  [/\bthat (?:is|are) none\b/i, 'that is not one'],
  [/\bjust now\b/i, 'right now'],
  [/\b(?:goes|going|went) on (?:with|at|from)\b/i, 'continues with'],
  [/\bby halves\b/i, 'incomplete'],
  [/\bwithout a word\b/i, 'silently'],
  [/\breads? as another type\b/i, 'reads as a different type'],
  [/\blook after the\b/i, 'check the'],
  [/\bmends it\b/i, 'fixes it'],
  [/\b(?:was|were) asked for,/i, 'was requested, but'],
];

/** The strings, template texts and comments of a source, each with its line. */
function texts(source: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  const token =
    /\/\*[\s\S]*?\*\/|(?<![:\\'"`])\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  for (const match of source.matchAll(token)) {
    const line = source.slice(0, match.index).split('\n').length;
    found.push({ line, text: match[0].replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ') });
  }
  return found;
}

const files = ['engine', 'server', 'client'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file)),
);

test('strings and comments are found in a source', () => {
  expect(
    texts("const a = 'one'; // two\n/** three\n * four */\nconst b = `five`;").map(({ text }) => text),
  ).toEqual(["'one'", '// two', '/** three four */', '`five`']);
  expect(files.length).toBeGreaterThan(500);
});

test.each(TRANSLATED)('nothing says %s', (pattern, instead) => {
  const said = files.flatMap((file) =>
    texts(readFileSync(join(ROOT, file), 'utf8'))
      .filter(({ text }) => pattern.test(text))
      .map(({ line, text }) => `${file}:${line}: ${text} (write: ${instead})`),
  );
  expect(said).toEqual([]);
});
