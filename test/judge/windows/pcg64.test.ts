import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { Pcg64, seedWords } from '../../../engine/judge/windows/pcg64.js';
import { peerPython } from '../../peers.js';

test('the seed sequence of 42 is the one that its authors publish', () => {
  expect([...seedWords(42n, 4)]).toEqual([3444837047, 2669555309, 2046530742, 3581440988]);
});

test('the first draws of default_rng(42)', () => {
  const rng = new Pcg64(42);
  expect([rng.random(), rng.random(), rng.random()]).toEqual([
    0.7739560485559633, 0.4388784397520523, 0.8585979199113825,
  ]);
});

const numpy = peerPython(['numpy']);
test.skipIf(numpy === undefined)("choice without replacement is NumPy's (needs a python with numpy)", () => {
  const cases = [
    [5, 2, 0],
    [153, 15, 7],
    [20_000, 10, 1],
    [20_000, 1_000, 12345678901],
    [3, 3, 42],
  ] as const;
  const program = `import json,numpy as n\nprint(json.dumps([n.random.default_rng(s).choice(a,size=k,replace=False).tolist() for a,k,s in ${JSON.stringify(cases)}]))`;
  const expected = JSON.parse(execFileSync(numpy!, ['-c', program], { encoding: 'utf8' }));
  expect(cases.map(([n, size, seed]) => new Pcg64(seed).choice(n, size))).toEqual(expected);
});
