/** Every command with hostile names: nothing of theirs steers a terminal, and none of them begins a line. */
// @module-tag long
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PyDict } from '../../engine/formats/pickle/model.js';
import { checkpoint, tensor, training } from '../hostile/files/payloads.js';
import { MINI } from '../work/convert/folders.js';
import { ownLog, runFolder } from '../work/report/runs.js';
import { regrip } from './call.js';

/** Clears the screen, sets a title, hides text, begins a line, changes the direction, ends with a control of Latin-1 and a delete. */
const EVIL =
  '\x1b[2J\x1b]0;own\x07\x1b[8m\r\nFORGED: all is well\n\tFORGED\u009b31m\u202eliw\u2066\u200f\x7f\u2028e';
/** As the name of a file. */
const NAME = `n${EVIL}`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is its purpose
const STEERS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const FORGED = /^\t?FORGED/m;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-terminal-'));
  const put = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const yaml = (value: unknown) => JSON.stringify(value); // YAML takes JSON's escapes
  await put('keys.yaml', `${yaml(EVIL)}: 1\nname: ${yaml(EVIL)}\nref: \${${'nowhere'}}\n`);
  await put('unresolved.yaml', `a: ${yaml(`\${${EVIL}}`)}\nb: ${yaml(`\${oc.env:${EVIL}}`)}\n`);
  await put('defaults.yaml', `defaults:\n  - ${yaml(EVIL)}: ${yaml(EVIL)}\n  - _self_\n`);
  await put(
    'target.yaml',
    `_target_: ${yaml(EVIL)}\npolicy:\n  _target_: ${yaml(EVIL)}\n  ${yaml(EVIL)}: 1\n`,
  );
  await put('broken.yaml', `a: [${EVIL}\n  b: }`);
  await put(`${NAME}.yaml`, 'a: 1\nb: ${nowhere}\n');
  await put('train.sh', `python train.py --config-name=${NAME} '${NAME}=1'\n`);
  const weights = { [EVIL]: tensor([4], [1]), fine: tensor([4], [1]) };
  await put(
    'keys.ckpt',
    checkpoint(training(weights, { cfg: PyDict.of({ [EVIL]: EVIL }), [EVIL]: PyDict.of({}) })),
  );
  await put(`${NAME}.ckpt`, checkpoint(training({ weight: tensor([4], [1]) })));
  await put('garbage.ckpt', EVIL);
  await put('header.safetensors', headerOf({ [EVIL]: { dtype: EVIL, shape: [1], data_offsets: [0, 4] } }));
  await put(
    'log.json',
    JSON.stringify({ meta: { checkpoint: EVIL, [EVIL]: EVIL }, steps: [{ step: EVIL }] }),
  );
  await put(`${NAME}.json`, '{}');
  await cp(join(MINI, 'episode_0000'), join(folder, 'episodes', `episode_0000${EVIL}`), { recursive: true });
  await mkdir(join(folder, 'episodes', `broken${EVIL}`));
  await mkdir(join(folder, NAME));
  await runFolder(join(folder, 'runs', NAME), {
    'logs.json.txt': ownLog(3, () => 0.1),
    'regrip.json': { state: EVIL, reason: EVIL, version: 1 },
  });
  await runFolder(join(folder, 'fields'), {
    'logs.json.txt': `{"train_loss": 1, ${JSON.stringify(EVIL)}: 1, "global_step": 0, "epoch": 0}\n${EVIL}\n`,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function headerOf(header: object): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(4)]);
}

const CALLS: readonly (readonly string[])[] = [
  [EVIL],
  [`--${EVIL}`],
  ['inspect', `--${EVIL}`],
  ['inspect', EVIL],
  ['inspect', NAME],
  ['inspect', 'keys.ckpt'],
  ['inspect', 'keys.ckpt', '--json'],
  ['inspect', `${NAME}.ckpt`],
  ['inspect', 'garbage.ckpt'],
  ['inspect', 'header.safetensors'],
  ...['keys', 'unresolved', 'defaults', 'target', 'broken', NAME].flatMap((name) => [
    ['check', `${name}.yaml`],
    ['check', `${name}.yaml`, '--json'],
    ['check', `${name}.yaml`, '--sarif'],
    ['compose', `${name}.yaml`],
    ['compose', `${name}.yaml`, '--json'],
    ['finetune', `${name}.yaml`],
    ['finetune', `${name}.yaml`, '--json'],
    ['explain', 'keys.ckpt', EVIL, '--config', `${name}.yaml`],
    ['adapt', '--old-ckpt', 'keys.ckpt', '--config', `${name}.yaml`, '--new-ckpt', 'new.ckpt'],
  ]),
  ['check', 'train.sh'],
  ['check', EVIL],
  ['check', 'keys.yaml', EVIL, `a=${EVIL}`, `+${EVIL}=1`, `name='${EVIL}'`],
  ['compose', 'keys.yaml', EVIL],
  ['compose', 'keys.yaml', `+a=${EVIL}`],
  ['compose', 'keys.yaml', `+${EVIL}=1`],
  ['compose', 'keys.yaml', `name=choice(${EVIL})`],
  ['compose', 'keys.yaml', `group@${EVIL}=x`],
  ['compose', NAME],
  ['adapt', '--old-ckpt', EVIL, '--config', 'keys.yaml', '--new-ckpt', EVIL],
  ['adapt', '--old-ckpt', `${NAME}.ckpt`, '--config', 'keys.yaml', '--new-ckpt', `${NAME}/${NAME}/x`],
  ['explain', EVIL, EVIL],
  ['explain', 'keys.ckpt', EVIL],
  ['gripper', EVIL],
  ['gripper', 'log.json'],
  ['gripper', 'log.json', '--json'],
  ['gripper', `${NAME}.json`],
  ['gripper', '.'],
  ['gripper', 'log.json', '--data', NAME],
  ['convert', '--input', EVIL, '--output', 'a.zarr'],
  ['convert', '--input', 'episodes', '--output', `${NAME}.zarr`, '--resolution', '8', '4'],
  ['convert', '--input', 'episodes', '--output', `${NAME}.zarr`, '--resolution', '8', '4', '--json'],
  ['convert', '--input', 'episodes', '--output', 'a.zarr', '--resolution', EVIL, '4'],
  ['convert', '--input', NAME, '--output', 'a.zarr'],
  ['report', EVIL],
  ['report', 'runs', '--output', `${NAME}.html`],
  ['report', join('runs', NAME), '--output', 'a.html', '--json'],
  ['report', 'fields', '--output', 'b.html'],
  ['finetune', 'keys.yaml', `training.${EVIL}=1`],
  ['finetune', 'keys.yaml', '--resume', EVIL],
  ['finetune', 'keys.yaml', '--runner', EVIL],
  ['finetune', 'keys.yaml', '--backend', EVIL],
  ['finetune', 'keys.yaml', '--runner', 'python', '--python', EVIL],
  ['evaluate', EVIL, '--data', EVIL],
  ['evaluate', 'keys.ckpt', '--data', NAME],
  ['evaluate', `${NAME}.ckpt`, '--data', NAME],
  ['predict', EVIL, '--data', EVIL],
  ['predict', 'keys.ckpt', '--data', NAME],
  ['engine', 'install', '--wheels', EVIL],
  ['engine', EVIL],
];

const shown = (words: readonly string[]) =>
  words.join(' ').replaceAll(NAME, '<name>').replaceAll(EVIL, '<evil>');

test.each(CALLS.map((words) => [shown(words), words] as const))('regrip %s', async (_, words) => {
  const { out, err } = await regrip(words, {
    cwd: folder,
    env: { REGRIP_ENGINE_HOME: join(folder, 'engine') },
  });
  expect(out + err).not.toBe('');
  expect(out + err).not.toMatch(STEERS);
  expect(`${out}\n${err}`).not.toMatch(FORGED);
  // A bare error of ours, not a fault with a stack.
  expect(err).not.toMatch(/^ {4,}at /m);
});

test('nothing but terminal.ts writes to a terminal', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const layers = ['engine', 'server', 'client'].map((layer) => join(root, layer));
  const names = await Promise.all(layers.map((layer) => readdir(layer, { recursive: true })));
  const files = names.flatMap((list, i) => list.map((name) => join(layers[i]!, name)));
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  expect(sources.length).toBeGreaterThan(300);
  const writing: string[] = [];
  for (const file of sources) {
    const text = (await readFile(file, 'utf8')).replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
    if (
      /\bprocess\s*\.\s*std(?:out|err)\s*\.\s*(?:write|end|cork)\b|(?<!\.)\bconsole\s*\.\s*(?:log|error|warn|info|debug)\(/.test(
        text,
      )
    )
      writing.push(relative(root, file));
  }
  expect(writing).toEqual([join('engine', 'base', 'terminal.ts')]);
});
