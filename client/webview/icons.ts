/** Small line drawings of 16 × 16, in the colour of the text; each is beside a word and is hidden from screen readers. */
import { svg } from './dom.js';

const PATHS = {
  queued: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.6',
  running: 'M5 3.2v9.6l7.6-4.8z',
  paused: 'M5.5 3.5v9M10.5 3.5v9',
  stopped: 'M4.2 4.2h7.6v7.6H4.2z',
  done: 'M3 8.6l3.4 3.4L13 4.6',
  failed: 'M4 4l8 8M12 4l-8 8',
  error: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M8 4.8v4M8 10.8v.4',
  warning: 'M8 2.4l6 11H2zM8 6.2v3.6M8 11.4v.4',
  info: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M8 7.4v4M8 4.8v.4',
  folder: 'M2 4.2h4.2l1.5 1.8H14v6.8H2z',
  copy: 'M5.5 5.5h7v8h-7zM10.4 5.5v-3h-7v8h2.1',
  compare: 'M2.5 12.5l3.6-5 3 2.6 4.4-6.6M11 12.5h4M13 10.5v4',
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  up: 'M8 13V3.4M4.2 7L8 3.2 11.8 7',
  down: 'M8 3v9.6M4.2 9L8 12.8 11.8 9',
  chatters: 'M2 10V6h2.4v4h2.4V6h2.4v4h2.4V6H14v4',
  constant: 'M2 8h12',
  drifts: 'M2 10c3-5 6 2 12-4',
  switches: 'M2 11.5h5v-7h7',
  widened: 'M2 8h12M4.8 5.2L2 8l2.8 2.8M11.2 5.2L14 8l-2.8 2.8',
  copied: 'M3 5.5h10M3 10.5h10',
  initialised: 'M8 2.5v11M2.5 8h11M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6',
  chevron: 'M6 3.8L10.2 8L6 12.2',
  previous: 'M12 4v8L6 8zM4 4v8',
  next: 'M4 4v8l6-4zM12 4v8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  refresh: 'M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.8 2.6v2.6h-2.6',
  list: 'M3 4h10M3 8h10M3 12h7',
  write: 'M8 2.5v7.4M4.8 7L8 10.2 11.2 7M2.5 13.5h11',
} as const;
export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGElement {
  const path = svg('path', { d: PATHS[name] });
  return svg('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, path);
}
