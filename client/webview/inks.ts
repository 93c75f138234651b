/** How runs are distinguished: by colour, and by dashes for readers who cannot see colours. */
import { svg } from './dom.js';
import { colour } from './theme.js';

const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [10, 3, 2, 3],
  [4, 2],
  [14, 4],
  [1, 4],
  [8, 2, 2, 2, 2, 2],
];
const INKS = DASHES.length;

export function inkColour(ink: number): string {
  return colour(`--ink-${ink % INKS}`);
}

export function inkDash(ink: number): readonly number[] {
  return DASHES[ink % INKS]!;
}

/** `edge` bounds a filled band and is not described by itself. */
export type LineStyle = 'main' | 'faint' | 'marked' | 'baseline' | 'edge';

/** Whether a line is described in words and numbers; the others are only its background. */
export function isTold(style: LineStyle): boolean {
  return style !== 'faint' && style !== 'edge';
}

/** How a line looks, as long as a word. */
export function sample(ink: number, style: LineStyle): SVGElement {
  const dash = style === 'baseline' ? BASELINE_DASH : inkDash(ink);
  const line = svg('line', { x1: 1, y1: 5, x2: 23, y2: 5, 'stroke-dasharray': dash.join(' ') || undefined });
  const dot = style === 'marked' ? [svg('circle', { cx: 12, cy: 5, r: 3 })] : [];
  return svg(
    'svg',
    { class: `sample ink-${ink % INKS} ${style}`, viewBox: '0 0 24 10', 'aria-hidden': 'true' },
    line,
    ...dot,
  );
}

/** The baseline: thin dots for any run. */
export const BASELINE_DASH: readonly number[] = [1, 3];
