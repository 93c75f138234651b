/** The machine that the numbers hold for. */
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { describeMachine } from '../../../scripts/bench/machine.js';

test('one line: processor, threads, memory, system, Node; no name of the machine', () => {
  const parts = describeMachine().split(', ');
  expect(parts.slice(-4)).toEqual([
    `${availableParallelism()} threads`,
    expect.stringMatching(/^\d+ GiB$/),
    expect.stringMatching(/^\w+ [\d.]+$/),
    `Node ${process.versions.node}`,
  ]);
  expect(describeMachine()).not.toContain('\n');
});
