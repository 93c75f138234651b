/** Each observation of the config against the data set's array of its name. */

import type { DataSetHeaders } from '../../../formats/dataSet.js';
import { rotationNote } from '../../../formats/poseLayout.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { convertFix } from '../jobFixes.js';
import { isAnArray, type Observation, observations } from '../shapeMeta.js';
import { dataSetHeaders } from './dataSet.js';

interface Arrays {
  readonly path: string;
  /** One step's shape by the array's name: (H, W, C) of images. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly columns: DataSetHeaders['columns'];
}

export const observationArrays: Check = {
  run: async (context) => {
    const data = await dataSetHeaders(context);
    if (data === undefined) return [];
    const { columns } = data.headers;
    const shapes = new Map([...columns].map(([name, { shape }]) => [name, shape.slice(1)]));
    // Where the config gives a width alone, a data set class of the project may make the observation of other arrays; ours does not.
    const isOurs = context.isOurLoop;
    const all = observations(context).filter(
      ({ path, isImage }) => (path !== undefined || isOurs) && isAnArray(context, isImage),
    );
    return all.flatMap((observation) =>
      judged(context, observation, { path: data.path, shapes, columns }, all),
    );
  },
};

function judged(
  context: CheckContext,
  observation: Observation,
  arrays: Arrays,
  all: readonly Observation[],
): Finding[] {
  const { columns, isImage, sizes } = observation;
  const { shape } = sizes;
  if (shape === undefined) return [];
  const expected = inData(observation, shape);
  const key = columns.find((column) => arrays.shapes.has(column));
  if (key === undefined) return [missing(context, observation, expected, arrays, all)];
  const found = arrays.shapes.get(key)!;
  if (serves(observation, found, expected)) return [];
  const related = [{ span: startOfFile(arrays.path), message: `${key} has steps of ${shown(found)}` }];
  const message = `${key} is ${shown(shape)} here, but the data set ${arrays.path} holds ${isImage ? 'frames' : 'rows'} of ${shown(found)}${isImage ? ' (height, width, channels)' : rotationNote(arrays.columns.get(key)!)}: training will fail on the first batch`;
  const again = convertFix(context, 'Convert the recordings again, in the size of the config…', arrays.path);
  const fixes = [...shapeFix(context, observation, found), ...(isImage ? again : [])];
  return [
    context.finding('observation-shape-mismatch', context.span(sizes.path), message, {
      related,
      fixes,
    }),
  ];
}

/**
 * Of point clouds any number of points, and values behind those that the policy looks at (colours, mostly), which are left out; images of
 * any size where the policy resizes them.
 */
function serves(
  { isCloud, isImage, isResized }: Observation,
  found: readonly number[],
  expected: readonly number[],
): boolean {
  if (isCloud) return found.length === 2 && found[1]! >= expected.at(-1)!;
  if (isImage && isResized) return found.length === 3 && found[2] === expected[2];
  return found.join() === expected.join();
}

/** Entry by entry, so that the list keeps its form. */
function shapeFix(
  context: CheckContext,
  { sizes: { shape, axisPath }, isImage }: Observation,
  found: readonly number[],
) {
  const wanted = isImage && found.length === 3 ? [found[2]!, found[0]!, found[1]!] : found;
  if (shape?.length !== wanted.length) return [];
  const edits = wanted.flatMap((size, axis) =>
    size === shape[axis] ? [] : (context.replace(axisPath(axis), String(size)) ?? [null]),
  );
  if (edits.includes(null)) return [];
  return [
    { title: `Use the data set's shape ${shown(wanted)}`, edits: edits.filter((edit) => edit !== null) },
  ];
}

function missing(
  context: CheckContext,
  { column, key, path, sizes }: Observation,
  expected: readonly number[],
  { path: file, shapes }: Arrays,
  all: readonly Observation[],
): Finding {
  const used = new Set(all.flatMap(({ columns }) => columns));
  const alike = [...shapes].filter(
    ([name, shape]) => !used.has(name) && name !== 'action' && shape.join() === expected.join(),
  );
  const fixes = [
    ...(path === undefined ? [] : alike).flatMap(([name]) =>
      fixOf(`Use the data set's ${name}`, context.rename(path!, name)),
    ),
    ...convertFix(context, 'Convert the recordings again…', file),
  ];
  const names = [...shapes.keys()].filter((name) => name !== 'action').join(', ');
  const hint = alike.length === 0 ? '' : `; ${alike.map(([name]) => name).join(', ')} would fit`;
  const message = `The data set ${file} has no array ${column}${column === key ? '' : `, which holds ${key}`} (it has ${names})${hint}: training will fail on the first batch`;
  const related = [{ span: startOfFile(file), message: `arrays: ${names}` }];
  return context.finding('observation-missing', context.keySpan(path ?? sizes.path), message, {
    related,
    fixes,
  });
}

/** A config has channels first, recordings have them last. */
function inData({ isImage }: Observation, shape: readonly number[]): readonly number[] {
  return isImage && shape.length === 3 ? [shape[1]!, shape[2]!, shape[0]!] : shape;
}

function shown(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
