/** One of the few large numbers at the head of a page. */
import { h } from './dom.js';

/** Undefined where the file does not say. */
export function headNumber(
  name: string,
  value: string | undefined,
  detail?: string,
): HTMLElement | undefined {
  if (value === undefined && detail === undefined) return undefined;
  return h(
    'div',
    {},
    h('dt', {}, name),
    value === undefined ? undefined : h('dd', {}, value),
    detail === undefined ? undefined : h('dd', { class: 'detail' }, detail),
  );
}
