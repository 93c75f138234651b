/** Frames as they land. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MAX_THUMBNAILS } from '../../../client/panels/panelMessages.js';
import { Thumbnails } from '../../../client/webview/thumbnails.js';
import { standIn, texts } from '../harness/standIn.js';

let made: string[];
let revoked: string[];
beforeEach(() => {
  [made, revoked] = [[], []];
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => `blob:${made.push('x')}`);
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void revoked.push(url));
});
afterEach(() => vi.restoreAllMocks());

const frame = (id: number) => ({ id, episode: 'e', frame: id, jpeg: new Uint8Array(1) });

test('the newest stands first; only a handful is held, and the others free their memory', () => {
  const thumbnails = new Thumbnails();
  expect(thumbnails.element.hidden).toBe(true);
  for (let id = 0; id < MAX_THUMBNAILS + 3; id++) thumbnails.add([frame(id)]);
  expect(thumbnails.element.hidden).toBe(false);
  const captions = texts(thumbnails.element, 'figcaption');
  expect([captions.length, captions[0]]).toEqual([MAX_THUMBNAILS, `e ${MAX_THUMBNAILS + 2}`]);
  expect(revoked).toEqual(['blob:1', 'blob:2', 'blob:3']);
});

test('each says what it shows', () => {
  const thumbnails = new Thumbnails();
  thumbnails.add([frame(4)]);
  expect(standIn(thumbnails.element).querySelector('img')!.getAttribute('alt')).toBe('e, frame 4');
});
