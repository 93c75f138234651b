/** `shape_meta` as passed to the policy: the shapes and types of the action and each observation. */
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
  /** The dotted path of the entry. */
  readonly path: string;
  readonly isImage: boolean;
  /** (C, H, W) of an image, (D) of a low-dimensional observation; undefined where it is not a list of numbers. */
  readonly shape: readonly number[] | undefined;
}

export function observations(context: CheckContext): readonly Observation[] {
  const meta = shapeMetaPath(context);
  if (meta === undefined) return [];
  return context.keys(`${meta}.obs`).map((key) => {
    const path = `${meta}.obs.${key}`;
    return {
      key,
      path,
      isImage: context.text(`${path}.type`) === 'rgb',
      shape: context.numbers(`${path}.shape`),
    };
  });
}
