/** One tensor's numbers as bars, with the figures that matter beside them. */
import type { HistogramView } from '../../editors/checkpointMessages.js';
import { h, svg } from '../dom.js';
import { plain, whole } from '../format.js';
import { icon } from '../icons.js';
import { t } from '../words.js';

const WIDTH = 360;
const HEIGHT = 84;

export function histogramFigure(histogram: HistogramView): HTMLElement {
  const { min, max, mean, std, elements, zeros } = histogram;
  const facts: readonly (readonly [string, string])[] = [
    [t('Mean'), plain(mean)],
    [t('Std'), plain(std)],
    [t('Least'), plain(min)],
    [t('Largest'), plain(max)],
    [t('Values'), whole(elements)],
    [t('Zeros'), whole(zeros)],
  ];
  return h(
    'figure',
    { class: 'histogram' },
    ...(histogram.counts.length > 1 ? [bars(histogram)] : []),
    ...(histogram.counts.length > 1
      ? [
          h(
            'div',
            { class: 'ends soft', 'aria-hidden': 'true' },
            h('span', {}, plain(min)),
            h('span', {}, plain(max)),
          ),
        ]
      : []),
    ...notFinite(histogram),
    h(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    ),
  );
}

/** What training cannot recover from. */
function notFinite({ nan, infinite }: HistogramView): HTMLElement[] {
  if (nan === 0 && infinite === 0) return [];
  const text = t('{0} NaN and {1} infinite', whole(nan), whole(infinite));
  return [h('p', { class: 'not-finite' }, icon('error'), text)];
}

function bars({ counts, min, max }: HistogramView): SVGElement {
  const most = Math.max(1, ...counts);
  const step = WIDTH / counts.length;
  const drawn = counts.map((count, i) => {
    // A bin that holds anything is seen.
    const height = count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT);
    return svg('rect', { x: i * step, y: HEIGHT - height, width: Math.max(0.5, step - 1), height });
  });
  const label = t(
    'Histogram from {0} to {1}, highest at {2}',
    plain(min),
    plain(max),
    plain(peak(counts, min, max)),
  );
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, preserveAspectRatio: 'none' },
    ...drawn,
  );
}

/** The middle of the fullest bin. */
function peak(counts: readonly number[], min: number | null, max: number | null): number | null {
  if (min === null || max === null) return null;
  const place = counts.indexOf(Math.max(...counts));
  return min + ((place + 0.5) / counts.length) * (max - min);
}
