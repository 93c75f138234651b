/** What the image encoder sees of a camera: its image resized, then cropped. */
import type { CameraView, ImageSize, ObservationSpec, PolicySpec } from './spec.js';

type Seen = Pick<PolicySpec, 'observations' | 'cropShape' | 'views'>;

/** Of a camera of that name. */
export function viewOf({ cropShape, views }: Pick<Seen, 'cropShape' | 'views'>, camera: string): CameraView {
  return views?.find(({ key }) => key === camera) ?? { key: camera, size: cropShape };
}

/** What the view is cropped from. */
export function wholeOf(
  { resized }: Pick<CameraView, 'resized'>,
  { shape }: Pick<ObservationSpec, 'shape'>,
): ImageSize {
  return resized ?? [shape[1]!, shape[2]!];
}

/** `cropShape`, and `views` where one size does not tell all. */
export function seenIn(views: readonly CameraView[]): Pick<Seen, 'cropShape' | 'views'> {
  const [first, ...others] = views;
  if (first === undefined) return { cropShape: [0, 0] };
  const isAlike = others.every(({ size }) => size.join() === first.size.join());
  const isPlain = isAlike && views.every(({ resized }) => resized === undefined);
  return { cropShape: first.size, ...(!isPlain && { views }) };
}
