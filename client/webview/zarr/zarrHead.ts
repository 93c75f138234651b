/** The few numbers that say what a data set is. */
import { fixed } from '../../../engine/base/numberText.js';
import type { DataSetView } from '../../editors/zarrMessages.js';
import { duration, whole } from '../format.js';
import { headNumber } from '../headNumber.js';
import { t } from '../words.js';

export function zarrNumbers({ episodeEnds, arrays, cameras, framesPerSecond }: DataSetView): HTMLElement[] {
  const steps = episodeEnds.at(-1) ?? 0;
  const action = arrays.find(({ name }) => name === 'action')?.shape[1];
  const [camera] = cameras;
  return [
    headNumber(t('Episodes'), whole(episodeEnds.length)),
    headNumber(
      t('Steps'),
      whole(steps),
      framesPerSecond === null ? undefined : duration(steps / framesPerSecond),
    ),
    headNumber(t('Actions'), action === undefined ? undefined : t('{0}-D', action)),
    headNumber(t('Steps per second'), framesPerSecond === null ? undefined : fixed(framesPerSecond, 1)),
    headNumber(
      cameras.length > 1 ? t('Cameras') : t('Camera'),
      camera && (cameras.length > 1 ? String(cameras.length) : `${camera.width} × ${camera.height}`),
    ),
  ].flatMap((pair) => pair ?? []);
}
