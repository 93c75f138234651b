/** Hover, definition, references and inlay hints through a real client. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  DefinitionRequest,
  type Hover,
  HoverRequest,
  InlayHintRequest,
  type Location,
  type MarkupContent,
  ReferencesRequest,
} from 'vscode-languageserver-protocol';
import { Editor, type Files, unmark } from '../client.js';

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.stop();
  expect(editor?.errors ?? []).toEqual([]);
  editor = undefined;
});

/** Opens the file that holds the cursor, and gives what a request at the cursor needs. */
async function atCursor(files: Files) {
  editor = await Editor.start(files);
  const [name, marked] = Object.entries(files).find(([, text]) => text.includes('<|>'))!;
  await editor.open(name);
  return { textDocument: { uri: editor.uri(name) }, position: unmark(marked).cursors[0]! };
}

async function hovered(files: Files): Promise<string> {
  const answer = await (async () => {
    const params = await atCursor(files);
    return editor!.connection.sendRequest(HoverRequest.type, params);
  })();
  return ((answer as Hover | null)?.contents as MarkupContent | undefined)?.value ?? '';
}

async function led(files: Files): Promise<{ file: string; line: number }[]> {
  const params = await atCursor(files);
  const found = (await editor!.connection.sendRequest(DefinitionRequest.type, params)) as Location[];
  return found.map(({ uri, range }) => ({
    file: uri.slice(editor!.uri('').length + 1),
    line: range.start.line,
  }));
}

const SHADOWED = {
  'config/a.yaml': 'defaults: [_self_, {task: t}]\ntask:\n  width: <|>3\nb: ${task.width}\n',
  'config/task/t.yaml': 'width: 5\n',
};

describe('hover', () => {
  test('a value that has no effect says who wins', async () => {
    const text = await hovered(SHADOWED);
    expect(text).toMatch(/\*\*No effect here:\*\* \[t\.yaml:1\]\(file:.*\) wins/);
    expect(text).toContain('`task.width` = `5`');
    expect(text).toMatch(/wins over \[a\.yaml:3\]/);
  });

  test('a value of a resolver that the project registers says where', async () => {
    const registers = 'OmegaConf.register_new_resolver("steps", lambda x: table[x])\n';
    const text = await hovered({
      'config/a.yaml': 'defaults: [_self_]\nx: ${steps:1}\ny: <|>${x}\n',
      'train.py': `${registers}@hydra.main(config_path='config')\ndef main(cfg): pass\n`,
    });
    expect(text).toContain(
      '`y` is known in a run only: x is not evaluated: it calls steps, registered at train.py:1',
    );
  });

  test('is answered beside a config that grows without bound', async () => {
    const doubling = Array.from({ length: 18 }, (_, index) => [
      `config/n${index}.yaml`,
      `defaults:\n  - n${index + 1}@a\n  - n${index + 1}@b\n  - _self_\nk: 1\n`,
    ]);
    const files = { 'config/a.yaml': 'defaults: [_self_]\nx: 7\ny: <|>${x}\n', 'config/n18.yaml': 'k: 1\n' };
    expect(await hovered({ ...files, ...Object.fromEntries(doubling) })).toContain('`y` = `7`');
  });

  test('an interpolation shows its way', async () => {
    const text = await hovered({ 'config/a.yaml': 'defaults: [_self_]\nx: 7\ny: ${x}\nz: ${<|>y}\n' });
    expect(text).toContain('`z` = `7`');
    expect(text).toMatch(/a\.yaml:4\]\(.*\) `\$\{y\}` → \[a\.yaml:3\]\(.*\) `\$\{x\}` → \[a\.yaml:2\]/);
  });

  test('of several interpolations the one under the cursor', async () => {
    const text = await hovered({ 'config/a.yaml': 'defaults: [_self_]\nx: 7\ny: 8\nz: ${x}-${<|>y}\n' });
    expect(text).toContain('`y` = `8`');
  });

  test('markup in a value stays text', async () => {
    const text = await hovered({ 'config/a.yaml': 'defaults: [_self_]\n<|>x: "`[a](command:evil)` <b>"\n' });
    expect(text).toContain('`` `[a](command:evil)` <b> ``');
  });

  test('a data set that is not there', async () => {
    expect(
      await hovered({ 'config/a.yaml': 'defaults: [_self_]\ntask:\n  dataset_path: d<|>.zarr\n' }),
    ).toMatch(/Nothing at `.*\/d\.zarr`/);
  });

  test('nothing in other YAML', async () => {
    expect(await hovered({ 'docker-compose.yaml': 'services:\n  web: <|>nginx\n' })).toBe('');
  });
});

describe('definition', () => {
  test('an interpolation leads to the winner, then to what it beat', async () => {
    const files = {
      ...SHADOWED,
      'config/a.yaml': SHADOWED['config/a.yaml'].replace('<|>', '').replace('${task', '${<|>task'),
    };
    expect(await led(files)).toEqual([
      { file: 'config/task/t.yaml', line: 0 },
      { file: 'config/a.yaml', line: 2 },
    ]);
  });

  test('an entry of the defaults list leads to its file', async () => {
    const files = {
      'config/a.yaml': 'defaults:\n  - _self_\n  - task: <|>t\n',
      'config/task/t.yaml': 'x: 1\n',
    };
    expect(await led(files)).toEqual([{ file: 'config/task/t.yaml', line: 0 }]);
  });

  test('an alias leads to its anchor', async () => {
    expect(await led({ 'config/a.yaml': 'defaults: [_self_]\na: &x {b: 1}\nc: *<|>x\n' })).toEqual([
      { file: 'config/a.yaml', line: 1 },
    ]);
  });
});

test('references: every interpolation of the target’s files that leads to the key', async () => {
  const params = await atCursor({
    'config/a.yaml':
      'defaults: [_self_, {task: t}]\n<|>shape:\n  a: 1\nb: ${shape}\nc: "${shape.a} and ${other}"\nother: 1\n',
    'config/task/t.yaml': 'd: ${shape.a}\ne: ${..shape}\n',
  });
  const found = (await editor!.connection.sendRequest(ReferencesRequest.type, {
    ...params,
    context: { includeDeclaration: false },
  })) as Location[];
  const short = found.map(
    ({ uri, range }) => `${uri.slice(editor!.uri('').length + 1)}:${range.start.line + 1}`,
  );
  expect(short.sort()).toEqual([
    'config/a.yaml:4',
    'config/a.yaml:5',
    'config/task/t.yaml:1',
    'config/task/t.yaml:2',
  ]);
});

test('inlay hints show what interpolations resolve to', async () => {
  editor = await Editor.start({
    'config/a.yaml': "defaults: [_self_]\nx: 3\ny: ${x}\nz: ${eval:'${x}+1'}\nw: ${nothing}\n",
  });
  await editor.open('config/a.yaml');
  const hints = await editor.connection.sendRequest(InlayHintRequest.type, {
    textDocument: { uri: editor.uri('config/a.yaml') },
    range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
  });
  expect(hints?.map(({ label, position }) => [label, position.line])).toEqual([
    ['= 3', 2],
    ['= 4', 3],
  ]);
});
