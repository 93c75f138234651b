/** Names of runs, keys and files in the report's page and in the editor's Markdown: text, whatever is in them. */
import { expect, test } from 'vitest';
import { code, plain, shellBlock } from '../../../engine/base/markdown.js';
import { html, jsonMarkup } from '../../../engine/work/report/markup.js';

const EVIL =
  '</script><img src=x onerror=alert(1)>`${1}`[a](command:x)\x1b[2J\x07\r\n# FORGED\u009b31m\u202eliw\u2066\u200f\u061c\x7f\u2028"\'&';
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is its purpose
const STEERS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test('a filling of the page is text, in an element and in an attribute', () => {
  const page = html`<p title="${EVIL}">${EVIL}</p>`.text;
  expect(page).not.toMatch(STEERS);
  expect(page.match(/[<>"]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
});

test('data inside a script cannot end it', () => {
  const data = jsonMarkup({ [EVIL]: EVIL }).text;
  expect(data).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(data)).toEqual({ [EVIL]: EVIL });
});

test.each([
  ['text', plain],
  ['code', code],
])('%s of a hover is one line, and neither a link nor markup', (_, shown) => {
  const text = shown(EVIL);
  expect(text).not.toMatch(/[\r\n]/);
  expect(text).not.toMatch(STEERS);
  if (shown === plain) expect(text).not.toMatch(/(?<!\\)[[\]<>`*_#|]/);
});

test('a command of a hover is one line in its block', () => {
  const lines = shellBlock(EVIL).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).not.toMatch(STEERS);
});
