/** Pickle's own semantics: random programs of opcodes give what both of Python's readers give, or are refused. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PickleError } from '../../../../engine/formats/pickle/pickleError.js';
import { readPickle } from '../../../../engine/formats/pickle/read.js';
import { peerPython } from '../../../peers.js';
import { randomPrograms } from '../programs.js';
import { TooDeep, Words } from '../words.js';

const SCRIPT = fileURLToPath(new URL('../../../fixtures/pickle/evaluate.py', import.meta.url));
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
