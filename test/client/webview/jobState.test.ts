/** The state of a job as a badge. */
import '../harness/standIn.js';
import { expect, test } from 'vitest';
import { h } from '../../../client/webview/dom.js';
import { showState, stateName } from '../../../client/webview/jobState.js';
import { setWords } from '../../../client/webview/words.js';

const STATES = [
  'queued',
  'running',
  'pausing',
  'stopping',
  'paused',
  'stopped',
  'done',
  'failed',
  'cancelled',
] as const;

test('each state has a word of its own, and a sign beside it', () => {
  expect(new Set(STATES.map(stateName)).size).toBe(STATES.length);
  for (const state of STATES) {
    const badge = h('span');
    showState(badge, state);
    expect([badge.textContent, badge.children.length, badge.className]).toEqual([
      stateName(state),
      2,
      `badge state-${state}`,
    ]);
  }
});

test('a badge is written anew only when the state is another', () => {
  const badge = h('span');
  showState(badge, 'running');
  const [sign] = badge.children;
  showState(badge, 'running');
  expect(badge.children[0]).toBe(sign);
  showState(badge, 'done');
  expect(badge.children[0]).not.toBe(sign);
});

test('it speaks the language of the editor', () => {
  setWords({ Done: 'Fertig' });
  expect(stateName('done')).toBe('Fertig');
  setWords({});
});
