/** Banners of a page: what is wrong first; each with a sign and a word, never by colour alone. */
import type { Banner } from '../panels/panelMessages.js';
import { button, h } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** The buttons of banners, by the banner's code. */
type BannerActs = Readonly<Record<string, { readonly label: string; readonly act: () => void }>>;

/** Leaves the element unchanged while its content stays the same. */
export function showBanners(place: HTMLElement, banners: readonly Banner[], acts: BannerActs = {}): void {
  const sorted = [...banners].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  const key = JSON.stringify(sorted);
  if (place.dataset['shown'] === key) return;
  place.dataset['shown'] = key;
  place.replaceChildren(
    ...sorted.map(({ severity, code, message }) =>
      h(
        'div',
        { class: `banner ${severity}`, 'data-code': code },
        icon(severity),
        h('p', {}, h('strong', {}, severityName(severity)), ' ', message),
        ...buttonOf(acts[code]),
      ),
    ),
  );
}

function buttonOf(act: BannerActs[string] | undefined): HTMLElement[] {
  return act === undefined ? [] : [button(act.label, { class: 'second' }, act.act)];
}

export function severityName(severity: Banner['severity']): string {
  return { error: t('Error'), warning: t('Warning'), info: t('Note') }[severity];
}
