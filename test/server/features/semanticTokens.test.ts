/** What an interpolation refers to and what it calls, groups and classes: as tokens with their words. */
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LEGEND, semanticTokens } from '../../../server/features/semanticTokens.js';

/** Each token as its text and its type. */
function tokens(text: string): string[] {
  const document = TextDocument.create('file:///a.yaml', 'yaml', 1, text);
  const { data } = semanticTokens(document);
  const found: string[] = [];
  let [line, character] = [0, 0];
  for (let at = 0; at < data.length; at += 5) {
    // Lines and columns count from the token before.
    character = data[at] === 0 ? character + data[at + 1]! : data[at + 1]!;
    line += data[at]!;
    const start = document.offsetAt({ line, character });
    found.push(`${text.slice(start, start + data[at + 2]!)} ${LEGEND.tokenTypes[data[at + 3]!]}`);
  }
  return found;
}

test('references, resolvers, groups and classes', () => {
  const text =
    "defaults:\n  - task: t\n  - _self_\n_target_: a.B\nx: ${task.w}\ny: ${eval:'${x}+1'}\nz: plain\n";
  expect(tokens(text)).toEqual([
    'task namespace',
    'a.B class',
    'task.w variable',
    'eval function',
    'x variable',
  ]);
});

test('in the order of the text, also where an alias names what stands above', () => {
  expect(tokens('a: &x "${b}"\nc: *x\nd: ${e} and ${f}\n')).toEqual([
    'b variable',
    'e variable',
    'f variable',
  ]);
});

test.each([
  ['nothing', 'x: 1\n'],
  ['an empty reference', 'x: ${}\n'],
  ['a mapping of another tool', 'defaults:\n  run: bash\n'],
])('%s has none', (_, text) => {
  expect(tokens(text)).toEqual([]);
});
