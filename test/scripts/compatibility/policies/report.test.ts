/** Counts of policies by project and class. */
import { expect, test } from 'vitest';
import { policySpec } from '../../../../engine/judge/policy/families.js';
import { type Row, report } from '../../../../scripts/compatibility/policies/report.js';
import { unetLowdimConfig } from '../../../tensors/policy/configs.js';

const spec = policySpec(unetLowdimConfig());
const known = { project: 'p', class: 'A', isDiffusion: true, isKnown: true, spec, isPlanned: true } as const;
const ROWS: readonly Row[] = [
  { ...known, file: 'a', compared: { kind: 'equal' } },
  { ...known, file: 'b', compared: { kind: 'not built', what: 'no torch' } },
  {
    project: 'p',
    file: 'c',
    class: 'B',
    isDiffusion: true,
    isKnown: false,
    isPlanned: false,
    refused: 'B | no\nmore',
  },
  { project: 'p', file: 'd', class: 'C', isDiffusion: false, isKnown: false, isPlanned: false },
  { project: 'p', file: 'e', error: 'a task is missing' },
];

test('the share of all and without the project that has most of them', () => {
  const [first] = report([...ROWS, { ...known, project: 'q', file: 'f' }]).split('\n');
  expect(first).toBe(
    '**3 of 4 configs (75 %) of diffusion policies.** Without p, which has most of them, 1 of 1 configs (100 %).',
  );
});

test('the share that is planned, a row for each class, each refusal, and what does not count', () => {
  const lines = report(ROWS).split('\n');
  const cells = (start: string) =>
    lines.find((line) => line.replace(/ +/g, ' ').startsWith(start))?.split(/ *\| */);
  expect(lines[0]).toBe('**2 of 3 configs (66.6 %) of diffusion policies.** ');
  expect(cells('| p | A |')?.slice(3, -1)).toEqual(['2', '2', '2', '2', '1', '1']);
  expect(cells('| p | B |')?.slice(3, -1)).toEqual(['1', '0', '0', '0', '0', '0']);
  expect(cells('| all |')?.slice(3, -1)).toEqual(['3', '2', '2', '2', '1', '1']);
  expect(report(ROWS)).toMatch(/\| p +\| B +\| 1 +\| B \\\| no +\|/);
  expect(cells('| p | C |')?.slice(3, -1)).toEqual(['1']);
  expect(cells('| p | not composed |')?.slice(3, -1)).toEqual(['1']);
});
