/** Go to definition, and every place that refers to a key. */
import { describe, expect, test } from 'vitest';
import { type Location, ReferencesRequest } from 'vscode-languageserver-protocol';
import { Asking } from '../asking.js';
import type { Files } from '../client.js';

const asking = new Asking();

describe('definition', () => {
  test('an interpolation leads to the winner, then to what it beat', async () => {
    const files = {
      'config/a.yaml': 'defaults: [_self_, {task: t}]\ntask:\n  width: 3\nb: ${<|>task.width}\n',
      'config/task/t.yaml': 'width: 5\n',
    };
    expect(await asking.led(files)).toEqual(['config/task/t.yaml:1', 'config/a.yaml:3']);
  });

  test('an entry of the defaults list leads to its file', async () => {
    const files = {
      'config/a.yaml': 'defaults:\n  - _self_\n  - task: <|>t\n',
      'config/task/t.yaml': 'x: 1\n',
    };
    expect(await asking.led(files)).toEqual(['config/task/t.yaml:1']);
  });

  test('an alias leads to its anchor', async () => {
    const text = 'defaults: [_self_]\na: &x {b: 1}\nc: *<|>x\n';
    expect(await asking.led({ 'config/a.yaml': text })).toEqual(['config/a.yaml:2']);
  });

  test.each([
    ['a key', 'x<|>: 1\n'],
    ['a value without an interpolation', 'x: <|>1\n'],
    ['a key that nothing has', 'x: ${<|>nothing}\n'],
    ['a call of a resolver', 'x: ${oc.env:<|>HOME}\n'],
  ])('%s leads nowhere', async (_, text) => {
    expect(await asking.led({ 'config/a.yaml': `defaults: [_self_]\n${text}` })).toEqual([]);
  });

  test('of two interpolations the one under the cursor, from either end', async () => {
    const text = 'defaults: [_self_]\nx: 1\ny: 2\n';
    expect(await asking.led({ 'config/a.yaml': `${text}z: \${x}\${<|>y}\n` })).toEqual(['config/a.yaml:3']);
    expect(await asking.led({ 'config/a.yaml': `${text}z: \${x<|>}\${y}\n` })).toEqual(['config/a.yaml:2']);
  });
});

describe('references', () => {
  async function referred(files: Files): Promise<string[]> {
    const params = await asking.cursor(files);
    const context = { includeDeclaration: false };
    const { connection } = asking.editor;
    const found = await connection.sendRequest(ReferencesRequest.type, { ...params, context });
    return asking.places(found as Location[]).sort();
  }

  test('every interpolation of the target’s files that leads to the key, or into it', async () => {
    const files = {
      'config/a.yaml':
        'defaults: [_self_, {task: t}]\n<|>shape:\n  a: 1\nb: ${shape}\nc: "${shape.a} and ${other}"\nother: 1\n',
      'config/task/t.yaml': 'd: ${shape.a}\ne: ${..shape}\n',
    };
    expect(await referred(files)).toEqual([
      'config/a.yaml:4',
      'config/a.yaml:5',
      'config/task/t.yaml:1',
      'config/task/t.yaml:2',
    ]);
  });

  test('on an interpolation: those to the same key', async () => {
    const text = 'defaults: [_self_]\nx: 1\ny: ${<|>x}\nz: [a, "${x}"]\n';
    expect(await referred({ 'config/a.yaml': text })).toEqual(['config/a.yaml:3', 'config/a.yaml:4']);
  });

  test('a key with the same beginning is another', async () => {
    const text = 'defaults: [_self_]\n<|>shape: 1\nshape_meta: 2\ny: ${shape_meta}\n';
    expect(await referred({ 'config/a.yaml': text })).toEqual([]);
  });
});
