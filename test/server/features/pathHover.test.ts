/** What lies at a path that a config names. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Hover, HoverRequest, type MarkupContent } from 'vscode-languageserver-protocol';
import { Asking } from '../asking.js';
import { unmark } from '../client.js';
import { floats, writeStore, writeZarr } from '../reader/readerFiles.js';

const REFERENCE = join(import.meta.dirname, '../../fixtures/reference');
const asking = new Asking();

/** Opens the config, writes what it names, then hovers. */
async function hovered(text: string, write: (root: string) => Promise<unknown>): Promise<string> {
  const config = `defaults: [_self_]\n${text}`;
  const document = await asking.document({ 'config/a.yaml': config });
  await write(asking.editor.root);
  const params = { ...document, position: unmark(config).cursors[0]! };
  const answer = (await asking.editor.connection.sendRequest(HoverRequest.type, params)) as Hover;
  return (answer.contents as MarkupContent).value;
}

const DATA_SET = 'task:\n  dataset_path: d<|>.zarr\n';

test('a data set that is not there', async () => {
  expect(await hovered(DATA_SET, async () => undefined)).toMatch(/`.*\/d\.zarr` does not exist/);
});

test('a data set: episodes, steps, and a table of its arrays', async () => {
  const text = await hovered(DATA_SET, (root) =>
    writeZarr(join(root, 'd.zarr'), { action: floats(30, 8, 30, () => 0) }, [10, 30]),
  );
  expect(text).toContain('2 episodes, 30 steps');
  expect(text).toContain('| `action` | [30, 8] | `<f4` |');
});

test('a data set that cannot be read leaves the value’s hover alone', async () => {
  const text = await hovered(DATA_SET, (root) =>
    writeStore(join(root, 'd.zarr'), { 'meta/episode_ends/.zarray': '{' }),
  );
  expect(text).toContain('`task.dataset_path`');
  expect(text).not.toMatch(/does not exist|Data set/);
});

test('a checkpoint: its numbers, its actions, and whether it can be compared', async () => {
  const text = await hovered('pretrained: {path: old<|>.ckpt, load_weights: true}\n', async () =>
    asking.editor.write('old.ckpt', gunzipSync(readFileSync(join(REFERENCE, 'policy-7d.ckpt.gz')))),
  );
  expect(text).toMatch(/\*\*Checkpoint\*\* `.*old\.ckpt`/);
  expect(text).toMatch(/[\d,]+ numbers in 2\d\d keys · 7-D actions/);
  expect(text).toMatch(/no policy/); // this config has none
});

test.each([
  ['an address', 'x: https://host/<|>d.zarr\n'],
  ['a pattern', 'x: data/<|>*.zarr\n'],
  ['another file', 'x: notes<|>.txt\n'],
])('%s is not a path that is looked at', async (_, text) => {
  expect(await hovered(text, async () => undefined)).not.toMatch(/does not exist/);
});
