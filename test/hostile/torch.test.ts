/** Every crafted archive beside PyTorch's own reader, the oldest and the newest: refused here, or the same names, keys and shapes there. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { GlobalNames } from '../../engine/formats/pickle/globals.js';
import { peerPython } from '../peers.js';
import { ambiguousShapes } from './files/ambiguous.js';
import { archiveShapes } from './files/archives.js';
import { tensorShapes } from './files/tensors.js';
import { trainingShapes } from './files/trainings.js';
import type { Shape } from './shape.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/hostile/torch_reads.py', import.meta.url));
/** What PyTorch 1.13 does not know yet. */
const NEWER = ['a tensor with a parameter with a tag', 'a tensor with flags that are not set'];
/** Reading a large archive twice more tells nothing about two readings. */
const LARGE = 2 ** 21;

const shapes = [...archiveShapes, ...ambiguousShapes, ...trainingShapes, ...tensorShapes].filter((shape) => {
  const made = shape.make();
  return made instanceof Uint8Array && made.length < LARGE;
});

type Tensors = readonly (readonly [key: string, place: readonly unknown[]])[];
interface Reading {
  /** Names that no checkpoint needs. */
  readonly unexpected: readonly string[];
  readonly stateDicts: Readonly<Record<string, Tensors>>;
}
type TorchAnswer =
  | { readonly error: string }
  | { readonly globals: readonly string[]; readonly stateDicts: Reading['stateDicts'] };

/** Keys of a state dict that are compared; the script says as many. */
const MOST = 500;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-torch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What we list, or the code of our refusal. */
async function ours(path: string): Promise<Reading | string> {
  try {
    const file = await openCheckpoint(path);
    await file.close();
    const stateDicts = Object.entries(file.index.stateDicts).map(([name, tensors]) => [
      name,
      tensors
        .slice(0, MOST)
        .map(
          ({ key, shape, dtype, stride, storageOffset }) =>
            [key, [shape, dtype, stride, storageOffset]] as const,
        ),
    ]);
    return {
      unexpected: [...file.index.unexpectedGlobals].sort(),
      stateDicts: Object.fromEntries(stateDicts),
    };
  } catch (error) {
    if (error instanceof RegripError) return error.code;
    throw error;
  }
}

function torchs(answer: TorchAnswer): Reading | { readonly error: string } {
  if ('error' in answer) return answer;
  const globals = new GlobalNames();
  for (const name of answer.globals) globals.add(name);
  const { optimizer: _, ...stateDicts } = answer.stateDicts;
  return { unexpected: [...globals.unexpected].sort(), stateDicts };
}

/** What torch is named is listed here; pickles inside the pickle, which torch.load leaves alone, may name more. */
function sameReading(mine: Reading, torch: Reading | { readonly error: string }): void {
  if ('error' in torch) throw new Error(`PyTorch refuses what is read here: ${torch.error}`);
  expect(mine.stateDicts).toEqual(torch.stateDicts);
  expect(mine.unexpected).toEqual(expect.arrayContaining([...torch.unexpected]));
}

const PYTHONS = [
  ['the oldest PyTorch that is there', peerPython(['torch'])],
  ['PyTorch with today’s dtypes', peerPython(['torch'], "hasattr(torch._utils, '_rebuild_tensor_v3')")],
] as const;

for (const [which, python] of PYTHONS) {
  const oldest = which === PYTHONS[0][0];
  describe.skipIf(!python)(`${which} (needs a python with torch)`, () => {
    let answers: readonly TorchAnswer[];
    const pathOf = (index: number) => join(folder, which.replaceAll(' ', '-'), `${index}.ckpt`);
    beforeAll(async () => {
      await mkdir(join(pathOf(0), '..'));
      for (const [index, shape] of shapes.entries())
        await writeFile(pathOf(index), shape.make() as Uint8Array);
      const list = join(folder, 'list.json');
      await writeFile(list, JSON.stringify(shapes.map((_, index) => pathOf(index))));
      const { stdout, stderr } = spawnSync(python!, ['-W', 'ignore', SCRIPT, list], {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      });
      answers = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as TorchAnswer);
      if (answers.length !== shapes.length)
        throw new Error(`torch answered ${answers.length} times: ${stderr}`);
    });

    test.each(shapes.map((shape, index) => [shape.name, shape, index] as const))(
      '%s',
      async (_name, shape: Shape, index) => {
        const mine = await ours(pathOf(index));
        if (typeof mine === 'string') expect(mine).toMatch(new RegExp(`^${shape.expect}$`));
        else if (!(oldest && NEWER.includes(shape.name))) sameReading(mine, torchs(answers[index]!));
      },
    );

    test('PyTorch reads many that are refused here, and every sound one', () => {
      const read = answers.filter((answer) => !('error' in answer)).length;
      const sound = shapes.filter(({ expect }) => expect === 'opaque').length;
      expect(sound).toBeGreaterThan(5);
      expect(read).toBeGreaterThan(sound);
    });
  });
}
