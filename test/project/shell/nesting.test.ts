import { expect, test } from 'vitest';
import { Nesting } from '../../../engine/project/shell/nesting.js';

test('what surrounds a command follows the constructs that are open', () => {
  const nesting = new Nesting();
  expect(nesting.surroundings).toEqual({ block: 0, isInFunction: false, isInSubshell: false });
  nesting.isFunctionNext = true;
  nesting.push('group');
  nesting.push('subshell');
  expect(nesting.surroundings).toEqual({ block: 1, isInFunction: true, isInSubshell: true });
  nesting.pop();
  expect(nesting.surroundings).toEqual({ block: 1, isInFunction: true, isInSubshell: false });
  nesting.pop();
  nesting.push('if');
  expect(nesting.surroundings).toEqual({ block: 2, isInFunction: false, isInSubshell: false });
});

test('a construct closes with all that was left open in it, down to the floor', () => {
  const nesting = new Nesting();
  for (const kind of ['if', 'loop', 'case'] as const) nesting.push(kind);
  nesting.close('if', 1);
  expect(nesting.depth).toBe(3); // the if lies below the floor
  nesting.close('loop', 0);
  expect([nesting.depth, nesting.top?.kind]).toEqual([1, 'if']);
});

test('a case begins at a pattern', () => {
  const nesting = new Nesting();
  nesting.push('case');
  expect(nesting.top).toMatchObject({ atPattern: true });
  nesting.push('loop');
  expect(nesting.top).toMatchObject({ atPattern: false });
  nesting.popTo(0);
  expect([nesting.top, nesting.surroundings.block]).toEqual([undefined, 0]);
});
