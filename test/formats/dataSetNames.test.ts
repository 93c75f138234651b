/** Data sets have one way in: what only one format knows stands in its folder, and in what writes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DATA_SET_FORMATS } from '../../engine/formats/dataSets.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A row for each format: its words, and the places that may say them. */
const OWN: readonly { readonly words: RegExp; readonly places: readonly string[] }[] = [
  {
    words: /formats\/zarr\/|ReplayBuffer\b|\.zarray|\.zgroup|\.zmetadata|episode_ends|zarrita/,
    places: [
      'engine/formats/zarr/',
      'engine/formats/dataSets.ts',
      'engine/formats/otherDataSet.ts', // names what lies there instead
      'engine/formats/recording/otherInput.ts', // likewise
      'engine/formats/folders.ts', // likewise
      'engine/work/convert/', // writes it
      'client/editors/viewers.ts', // the editor opens a data set by a file
      'client/commands/openDataSet.ts',
    ],
  },
];

const sources = ['engine', 'server', 'client'].flatMap((layer) =>
  readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${layer}/${name.replaceAll('\\', '/')}`),
);

test('every format has a row', () => {
  expect(OWN).toHaveLength(DATA_SET_FORMATS.length);
});

test.each(OWN)('$words stand in $places.0 and where they must', ({ words, places }) => {
  const saying = sources.filter((name) => words.test(readFileSync(join(root, name), 'utf8')));
  expect(saying.length).toBeGreaterThan(5);
  expect(saying.filter((name) => !places.some((place) => name.startsWith(place)))).toEqual([]);
});
