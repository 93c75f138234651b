/** On `training.num_epochs`: how many steps that is, and how long they take. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Hover, HoverRequest, type MarkupContent } from 'vscode-languageserver-protocol';
import { Asking } from '../asking.js';
import { unmark } from '../client.js';
import { floats, writeZarr } from '../reader/readerFiles.js';

const asking = new Asking();
const config = (training: string) =>
  [
    'defaults: [_self_]',
    'horizon: 4',
    'task: {dataset_path: d.zarr, dataset: {val_ratio: 0}}',
    'dataloader: {batch_size: 4}',
    `training: {${training}}`,
    'hydra: {run: {dir: "data/outputs/${now:%Y}"}}',
    '',
  ].join('\n');

async function hovered(training: string): Promise<string> {
  const text = config(training);
  await asking.open({ 'config/a.yaml': text });
  const { root, connection } = asking.editor;
  await writeZarr(join(root, 'd.zarr'), { action: floats(20, 8, 20, () => 0) }, [10, 20]);
  const answer = (await connection.sendRequest(HoverRequest.type, {
    textDocument: { uri: asking.editor.uri('config/a.yaml') },
    position: unmark(text).cursors[0]!,
  })) as Hover;
  return (answer.contents as MarkupContent).value;
}

const steps = (text: string): number => {
  const [, found] = /= \*\*([\d,]+) steps?\*\*/.exec(text) ?? [];
  return Number(found?.replaceAll(',', ''));
};

test('epochs times batches are steps; without a run there is no pace', async () => {
  const text = await hovered('num_epochs: <|>600');
  expect(text).toMatch(/600 epochs × \d+ batches/);
  expect(steps(text) % 600).toBe(0);
  expect(text).not.toContain('pace');
});

test('max_train_steps bounds the batches of an epoch', async () => {
  expect(steps(await hovered('num_epochs: <|>600, max_train_steps: 2'))).toBe(1200);
});

test('any other value tells no steps', async () => {
  expect(await hovered('num_epochs: 600, other: <|>7')).not.toContain('steps');
});

test('the pace of a run that lies there', async () => {
  const text = await hovered('num_epochs: <|>600');
  const run = join(asking.editor.root, 'data/outputs/2026/checkpoints');
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, '../logs.json.txt'), '{"train_loss": 0.5, "global_step": 99, "epoch": 9}\n');
  for (const epoch of [0, 5, 10]) {
    const file = join(run, `epoch=000${epoch}-train_loss=0.1.ckpt`);
    writeFileSync(file, '');
    utimesSync(file, 1e9 + 60 * epoch, 1e9 + 60 * epoch); // a minute an epoch of ten steps
  }
  const answer = (await asking.editor.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri: asking.editor.uri('config/a.yaml') },
    position: unmark(config('num_epochs: <|>600')).cursors[0]!,
  })) as Hover;
  const hours = Math.floor((steps(text) * 6) / 3600);
  expect((answer.contents as MarkupContent).value).toMatch(
    new RegExp(`About \\*\\*${hours} h .* at the pace of \`data/outputs/2026\`, 6\\.0 s per step`),
  );
});
