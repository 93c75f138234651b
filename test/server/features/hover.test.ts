/** Hovers of values: what counts, where it is written, what it beats. */
import { expect, test } from 'vitest';
import { HoverRequest } from 'vscode-languageserver-protocol';
import { Asking } from '../asking.js';

const asking = new Asking();
const hovered = (text: string, more = {}) => asking.hovered({ 'config/a.yaml': text, ...more });

test('a value that has no effect says what overrides it', async () => {
  const text = await hovered('defaults: [_self_, {task: t}]\ntask:\n  width: <|>3\nb: ${task.width}\n', {
    'config/task/t.yaml': 'width: 5\n',
  });
  expect(text).toMatch(/\*\*No effect here:\*\* overridden by \[t\.yaml:1\]\(file:.*\)/);
  expect(text).toContain('`task.width` = `5`');
  expect(text).toMatch(/overrides \[a\.yaml:3\]/);
});

test('the winner says what it beat, and that it counts', async () => {
  const text = await hovered('defaults: [{task: t}, _self_]\ntask:\n  width: <|>3\n', {
    'config/task/t.yaml': 'width: 5\n',
  });
  expect(text).toMatch(/^`task\.width` = `3`/);
  expect(text).toMatch(/overrides \[t\.yaml:1\]/);
});

test('a key is hovered as its value is, a mapping with all that it holds', async () => {
  expect(await hovered('defaults: [_self_]\na<|>: 1\n')).toMatch(/^`a` = `1`/);
  expect(await hovered('defaults: [_self_]\na<|>: {b: 1, c: [x]}\n')).toMatch(/^`a` = `\{b: 1, c: \[x\]\}`/);
});

test('a value of a resolver that the project registers says where', async () => {
  const registers = 'OmegaConf.register_new_resolver("steps", lambda x: table[x])\n';
  const text = await hovered('defaults: [_self_]\nx: ${steps:1}\ny: <|>${x}\n', {
    'train.py': `${registers}@hydra.main(config_path='config')\ndef main(cfg): pass\n`,
  });
  expect(text).toContain('`y` is known only in a run');
  expect(text).toContain('steps, registered at train.py:1');
});

test('what cannot be resolved says so', async () => {
  expect(await hovered('defaults: [_self_]\nx: <|>${nothing}\n')).toMatch(/^`x` cannot be resolved/);
});

test('is answered beside a config that grows without bound', async () => {
  const doubling = Array.from({ length: 18 }, (_, index) => [
    `config/n${index}.yaml`,
    `defaults:\n  - n${index + 1}@a\n  - n${index + 1}@b\n  - _self_\nk: 1\n`,
  ]);
  const more = { 'config/n18.yaml': 'k: 1\n', ...Object.fromEntries(doubling) };
  expect(await hovered('defaults: [_self_]\nx: 7\ny: <|>${x}\n', more)).toContain('`y` = `7`');
});

test('an interpolation shows its way', async () => {
  const text = await hovered('defaults: [_self_]\nx: 7\ny: ${x}\nz: ${<|>y}\n');
  expect(text).toContain('`z` = `7`');
  expect(text).toMatch(/a\.yaml:4\]\(.*\) `\$\{y\}` → \[a\.yaml:3\]\(.*\) `\$\{x\}` → \[a\.yaml:2\]/);
});

test('of several interpolations the one under the cursor', async () => {
  expect(await hovered('defaults: [_self_]\nx: 7\ny: 8\nz: ${x}-${<|>y}\n')).toContain('`y` = `8`');
});

test('markup in a value stays text', async () => {
  const text = await hovered('defaults: [_self_]\n<|>x: "`[a](command:evil)` <b>"\n');
  expect(text).toContain('`` `[a](command:evil)` <b> ``');
});

test.each([
  ['other YAML', { 'docker-compose.yaml': 'services:\n  web: <|>nginx\n' }],
  ['the defaults list', { 'config/a.yaml': 'defaults:\n  - <|>_self_\nx: 1\n' }],
  ['an empty line', { 'config/a.yaml': 'defaults: [_self_]\nx: 1\n\n<|>\n' }],
])('none in %s', async (_, files) => {
  expect(await asking.hovered(files)).toBe('');
});

test('the range is the value’s, or the key’s, whichever is hovered', async () => {
  const rangeOf = async (text: string) => {
    const params = await asking.cursor({ 'config/a.yaml': text });
    const { range } = (await asking.editor.connection.sendRequest(HoverRequest.type, params))!;
    return [range!.start.character, range!.end.character];
  };
  expect(await rangeOf('defaults: [_self_]\nwidth: 1<|>2\n')).toEqual([7, 9]);
  expect(await rangeOf('defaults: [_self_]\nwi<|>dth: 12\n')).toEqual([0, 5]);
});
