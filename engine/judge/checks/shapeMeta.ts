/** The shapes and types of the action and each observation as passed to the policy: its `shape_meta`, or widths of their own. */
import { columnsOf } from '../policy/columnOf.js';
import { knownFamily } from '../policy/families.js';
import type { CheckContext } from './context.js';

/** The policy's own comes first: it decides what the training builds. */
const PLACES = ['policy.shape_meta', 'shape_meta', 'task.shape_meta', 'task.dataset.shape_meta'] as const;

/** The dotted path of the shape_meta in effect; undefined where the config has none. */
export function shapeMetaPath(context: CheckContext): string | undefined {
  return PLACES.find(
    (path) => context.keys(`${path}.obs`).length > 0 || context.value(`${path}.action`) !== undefined,
  );
}

export interface Observation {
  readonly key: string;
  /** The dotted path of the entry that names it; undefined where the config gives its width alone. */
  readonly path: string | undefined;
  /** The data set's array. */
  readonly column: string;
  /** All that may hold it. */
  readonly columns: readonly [string, ...string[]];
  readonly isImage: boolean;
  readonly isCloud: boolean;
  /** By the policy, where it is an image. */
  readonly isResized: boolean;
  readonly sizes: Sizes;
}

/** A shape as the config writes it. */
export interface Sizes {
  /** The dotted path of the whole. */
  readonly path: string;
  /** Of one axis. */
  axisPath(axis: number): string;
  /** (C, H, W) of an image, (points, values of each) of a point cloud, (D) of everything else; undefined where it is not numbers. */
  readonly shape: readonly number[] | undefined;
}

/** Those that the policy sees. */
export function observations(context: CheckContext): readonly Observation[] {
  const widths = columnWidths(context);
  if (widths !== undefined)
    return Object.entries(widths).flatMap(([key, path]) =>
      key === 'action' ? [] : [row(context, key, path)],
    );
  const meta = shapeMetaPath(context);
  if (meta === undefined) return [];
  const { sees, usualColumns: columns } = knownFamily(context.survey.resolved) ?? {};
  const keys = context.keys(`${meta}.obs`).filter((key) => sees === undefined || sees.includes(key));
  return keys.map((key) => inShapeMeta(context, key, `${meta}.obs.${key}`, columnsOf({ columns }, key)));
}

function inShapeMeta(
  context: CheckContext,
  key: string,
  path: string,
  columns: Observation['columns'],
): Observation {
  const type = context.text(`${path}.type`);
  return {
    key,
    path,
    column: columns[0],
    columns,
    isImage: type === 'rgb',
    isCloud: type === 'point_cloud',
    isResized: knownFamily(context.survey.resolved)?.resizesImages === true,
    sizes: list(context, `${path}.shape`),
  };
}

/** One whose width the config gives by itself. */
function row(context: CheckContext, key: string, path: string): Observation {
  const column = columnNamed(context, key);
  return {
    key,
    path: undefined,
    column,
    columns: [column],
    isImage: false,
    isCloud: false,
    isResized: false,
    sizes: width(context, path),
  };
}

/** Whether the data set's array of the action, or of an observation, has what the policy is given by that name. */
export function isAnArray(context: CheckContext, isImage = false): boolean {
  return isImage || knownFamily(context.survey.resolved)?.derivesColumns !== true;
}

/** Undefined where the config has none. */
export function actionSizes(context: CheckContext): Sizes | undefined {
  const path = columnWidths(context)?.['action'];
  if (path !== undefined) return width(context, path);
  const meta = shapeMetaPath(context);
  return meta === undefined ? undefined : list(context, `${meta}.action.shape`);
}

/** The data set's array of `action` or of an observation. */
export function columnNamed(context: CheckContext, name: string): string {
  const path = knownFamily(context.survey.resolved)?.columnNames?.[name];
  return (path === undefined ? undefined : context.text(path)) ?? name;
}

function columnWidths({ survey }: CheckContext): Readonly<Record<string, string>> | undefined {
  return knownFamily(survey.resolved)?.columnWidths;
}

function list(context: CheckContext, path: string): Sizes {
  return { path, axisPath: (axis) => `${path}.${axis}`, shape: context.numbers(path) };
}

function width(context: CheckContext, path: string): Sizes {
  const size = context.number(path);
  return { path, axisPath: () => path, shape: size === undefined ? undefined : [size] };
}
