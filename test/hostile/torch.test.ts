/** Every crafted archive beside PyTorch's own reader, the oldest and the newest: refused here, or the same names, keys and shapes there. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { GlobalNames } from '../../engine/formats/pickle/globals.js';
import { peerPython } from '../peers.js';
import { ambiguousShapes } from './files/ambiguous.js';
import { archiveShapes } from './files/archives.js';
import { mutatedArchives } from './files/mutated.js';
import { tensorShapes } from './files/tensors.js';
import { trainingShapes } from './files/trainings.js';

const SCRIPT = fileURLToPath(new URL('../fixtures/hostile/torch_reads.py', import.meta.url));
/** What PyTorch 1.13 does not know yet. */
const NEWER = ['a tensor with a parameter with a tag', 'a tensor with flags that are not set'];
/** Reading a large archive twice more tells nothing about two readings. */
const LARGE = 2 ** 21;

const mutated = mutatedArchives(240, 7);

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

/** Importing PyTorch takes a while on a busy machine. */
const LONG = 300_000; // ms

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
function sameReading(name: string, mine: Reading, torch: Reading | { readonly error: string }): void {
  if ('error' in torch) throw new Error(`PyTorch refuses ${name}, which is read here: ${torch.error}`);
  expect([name, mine.stateDicts]).toEqual([name, torch.stateDicts]);
  expect([name, mine.unexpected]).toEqual([name, expect.arrayContaining([...torch.unexpected])]);
}

const PYTHONS = [
  ['the oldest PyTorch that is there', peerPython(['torch'])],
  ['PyTorch with today’s dtypes', peerPython(['torch'], "hasattr(torch._utils, '_rebuild_tensor_v3')")],
] as const;

/** Refusals of ours that PyTorch is asked about as well: enough to see that it reads what is refused here. */
const REFUSED_TOO = 25;

const files = [...shapes.map((shape) => shape.make() as Uint8Array), ...mutated];
const pathOf = (index: number) => join(folder, `${index}.ckpt`);
let readings: readonly (Reading | string)[];
/** The places of those that PyTorch is asked about. */
let asked: readonly number[];
beforeAll(async () => {
  for (const [index, file] of files.entries()) await writeFile(pathOf(index), file);
  readings = await Promise.all(files.map((_, index) => ours(pathOf(index))));
  const refused = [...readings.keys()].filter((index) => readings[index] === 'checkpoint-zip');
  const read = [...readings.keys()].filter((index) => typeof readings[index] !== 'string');
  asked = [...read, ...refused.slice(0, REFUSED_TOO)];
});

test('every crafted archive is read or refused as its table says', () => {
  for (const [index, { name, expect: expected }] of shapes.entries()) {
    const mine = readings[index]!;
    if (typeof mine === 'string') expect([name, mine]).toEqual([name, expected]);
  }
});

test('archives with a few bytes changed are mostly refused', () => {
  const read = readings.slice(shapes.length).filter((mine) => typeof mine !== 'string').length;
  expect(read).toBeGreaterThan(20);
  expect(read).toBeLessThan(mutated.length / 2);
});

function askTorch(python: string, list: string): TorchAnswer[] {
  const { stdout, stderr } = spawnSync(python, ['-W', 'ignore', SCRIPT, list], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const lines = stdout.trim().split('\n');
  if (lines.length !== asked.length) throw new Error(`torch answered ${lines.length} times: ${stderr}`);
  return lines.map((line) => JSON.parse(line) as TorchAnswer);
}

for (const [which, python] of PYTHONS) {
  test.skipIf(!python)(
    `${which} reads the same wherever we read (needs a python with torch)`,
    async () => {
      const list = join(folder, 'list.json');
      await writeFile(list, JSON.stringify(asked.map(pathOf)));
      const answers = askTorch(python!, list);
      let sound = 0;
      for (const [i, index] of asked.entries()) {
        const mine = readings[index]!;
        if (typeof mine === 'string') continue;
        const name = shapes[index]?.name ?? `archive ${index - shapes.length} with a few bytes changed`;
        if (which === PYTHONS[0][0] && NEWER.includes(name)) continue;
        sameReading(name, mine, torchs(answers[i]!));
        sound += 1;
      }
      expect(sound).toBeGreaterThan(40);
      const readByTorchOnly = asked.filter(
        (index, i) => typeof readings[index] === 'string' && !('error' in answers[i]!),
      );
      expect(readByTorchOnly.length).toBeGreaterThan(5);
    },
    LONG,
  );
}
