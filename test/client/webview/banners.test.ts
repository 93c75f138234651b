/** Banners of a page. */

import { expect, test } from 'vitest';
import type { Banner } from '../../../client/panels/panelMessages.js';
import { severityName, showBanners } from '../../../client/webview/banners.js';
import { h } from '../../../client/webview/dom.js';
import { named, standIn, texts } from '../harness/standIn.js';

const banner = (severity: Banner['severity'], code: string): Banner => ({
  severity,
  code,
  message: `m ${code}`,
});

test('what is wrong comes first, each with a sign and a word', () => {
  const place = h('div');
  showBanners(place, [
    banner('info', 'a'),
    banner('error', 'b'),
    banner('warning', 'c'),
    banner('error', 'd'),
  ]);
  expect(standIn(place).children.map((each) => each.getAttribute('data-code'))).toEqual(['b', 'd', 'c', 'a']);
  expect(texts(place, 'strong')).toEqual(
    ['error', 'error', 'warning', 'info'].map((each) => severityName(each as Banner['severity'])),
  );
  expect(standIn(place).querySelectorAll('.icon')).toHaveLength(4);
});

test('what says the same stays as it is, what is gone goes', () => {
  const place = h('div');
  showBanners(place, [banner('info', 'a')]);
  const [first] = place.children;
  showBanners(place, [banner('info', 'a')]);
  expect(place.children[0]).toBe(first);
  showBanners(place, []);
  expect(place.children).toHaveLength(0);
});

test('a button stands on the banner of its code alone', () => {
  const place = h('div');
  let pressed = 0;
  showBanners(place, [banner('info', 'a'), banner('info', 'outdated')], {
    outdated: { label: 'Reload', act: () => pressed++ },
  });
  named(place, 'button', 'Reload').click();
  expect([pressed, texts(place, 'button')]).toEqual([1, ['Reload']]);
});
