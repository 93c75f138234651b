/** The URIs of checkpoint listings. */
import { expect, test } from 'vitest';
import { checkpointOf, listingUri } from '../../../server/documents/listings.js';

test.each(['/r/a.ckpt', '/r/with space/ü#?.pth', '/r/a%20b.ckpt'])('%s comes back from its URI', (path) => {
  const uri = listingUri(path);
  expect(uri).toMatch(/^regrip-checkpoint:\/.*\.keys$/);
  expect(checkpointOf(uri)).toBe(path);
});

test('as an editor writes it, with an empty host', () => {
  expect(checkpointOf('regrip-checkpoint:///r/a.ckpt.keys')).toBe('/r/a.ckpt');
});

test.each(['file:///r/a.ckpt.keys', 'regrip-checkpoint:/r/a.ckpt', 'regrip-composed:/r/a.yaml', ''])(
  '%j is none',
  (uri) => {
    expect(checkpointOf(uri)).toBeUndefined();
  },
);
