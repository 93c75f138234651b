/** What the page of a checkpoint remembers, whatever an earlier version kept. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptView } from '../../../../client/webview/checkpoint/keptView.js';
import { propertyRuns } from '../../../propertyRuns.js';

const WHOLE = {
  text: 'conv',
  isMismatchOnly: true,
  stateDict: 'model',
  key: 'a.b',
  open: ['a'],
  areValuesOpen: true,
};

test('comes back as it was kept', () => {
  expect(keptView(WHOLE)).toEqual(WHOLE);
});

test.each([undefined, null, 7, 'text', {}])('%j is the first view', (kept) => {
  expect(keptView(kept)).toEqual({
    text: '',
    isMismatchOnly: false,
    stateDict: undefined,
    key: undefined,
    open: undefined,
    areValuesOpen: false,
  });
});

test('a part of another kind is left out, the others stay', () => {
  expect(keptView({ ...WHOLE, text: 3, open: ['a', 4], key: null })).toEqual({
    ...WHOLE,
    text: '',
    open: ['a'],
    key: undefined,
  });
});

test('no fault, and nothing but what a view has', () => {
  fc.assert(
    fc.property(fc.anything(), (kept) => {
      expect(Object.keys(keptView(kept)).sort()).toEqual(Object.keys(WHOLE).sort());
    }),
    { numRuns: propertyRuns(0.2) },
  );
});
