/** What an interpolation resolves to, behind it. */
import { expect, test } from 'vitest';
import { InlayHintRequest } from 'vscode-languageserver-protocol';
import { Asking } from '../asking.js';

const asking = new Asking();

async function hints(text: string, [from, to] = [0, 99]): Promise<unknown[]> {
  const document = await asking.document({ 'config/a.yaml': `defaults: [_self_]\n${text}` });
  const range = { start: { line: from, character: 0 }, end: { line: to, character: 0 } };
  const found = await asking.editor.connection.sendRequest(InlayHintRequest.type, { ...document, range });
  return found!.map(({ label, position }) => [label, position.line, position.character]);
}

test('what interpolations resolve to; none for what cannot be resolved', async () => {
  expect(await hints("x: 3\ny: ${x}\nz: ${eval:'${x}+1'}\nw: ${nothing}\n")).toEqual([
    ['= 3', 2, 7],
    ['= 4', 3, 19],
  ]);
});

test('only those in the range that is shown', async () => {
  const text = 'x: 3\na: ${x}\nb: ${x}\nc: ${x}\n';
  expect(await hints(text, [3, 4])).toEqual([['= 3', 3, 7]]);
});

test('a long value is cut, the line keeps its end in sight', async () => {
  const [[label]] = (await hints(`x: ${'v'.repeat(300)}\ny: \${x}\n`)) as [[string]];
  expect(label).toMatch(/^= v+…$/);
  expect(label.length).toBe(62);
});
