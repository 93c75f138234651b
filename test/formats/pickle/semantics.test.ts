/** Pickle's own semantics: random programs of opcodes give what both of Python's readers give, or are refused. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PickleError } from '../../../engine/formats/pickle/pickleError.js';
import { python3Name } from '../../../engine/formats/pickle/python2.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { peerPython } from '../../peers.js';
import { randomPrograms } from './programs.js';
import { TooDeep, Words } from './words.js';

const SCRIPT = fileURLToPath(new URL('../../fixtures/pickle/evaluate.py', import.meta.url));
const python = peerPython(['pickle']);

function evaluated(programs: readonly Uint8Array[]): (readonly [fast: string, slow: string])[] {
  const input = JSON.stringify(programs.map((program) => Buffer.from(program).toString('base64')));
  const { stdout, stderr } = spawnSync(python!, ['-W', 'ignore', SCRIPT], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as [string, string][];
}

/** In words, or '!' and the code of the refusal. */
function ours(program: Uint8Array): string {
  try {
    return new Words().of(readPickle(program));
  } catch (error) {
    if (error instanceof TooDeep) return 'deep';
    if (error instanceof PickleError) return `!${error.message}`;
    throw error;
  }
}

test.skipIf(!python)(
  'random programs of opcodes give the same as in Python, or are refused (needs a python)',
  () => {
    const programs = randomPrograms(5000, 20);
    const answers = evaluated(programs);
    const differing = programs.flatMap((program, i) => {
      const mine = ours(program);
      const [fast, slow] = answers[i]!;
      const theirs = [fast, slow].filter((each) => !each.startsWith('!')); // what neither reads is nobody's reading
      if (mine.startsWith('!') || theirs.every((each) => each === mine)) return [];
      return [{ program: Buffer.from(program).toString('hex'), mine, fast, slow }];
    });
    expect(differing.slice(0, 3)).toEqual([]);
    const read = programs.filter((program) => !ours(program).startsWith('!')).length;
    const readByPython = answers.filter(([fast, slow]) => fast === slow && !fast.startsWith('!')).length;
    expect(read).toBeGreaterThan(1000);
    expect(read / readByPython).toBeGreaterThan(0.9);
  },
);

test.skipIf(!python)('Python 2’s names are Python’s own table (needs a python)', () => {
  const script =
    'import _compat_pickle as c, json; print(json.dumps([list(c.IMPORT_MAPPING.items()), list(c.NAME_MAPPING.items())]))';
  const { stdout } = spawnSync(python!, ['-c', script], { encoding: 'utf8' });
  const [modules, names] = JSON.parse(stdout) as [[string, string][], [[string, string], [string, string]][]];
  expect(modules.length).toBeGreaterThan(40);
  for (const [old, now] of modules) expect(python3Name(old, 'anything')).toEqual([now, 'anything']);
  for (const [old, now] of names) expect(python3Name(...old)).toEqual(now);
});
