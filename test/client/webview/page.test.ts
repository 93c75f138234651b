/** What every page has. */

import { beforeEach, describe, expect, test } from 'vitest';
import { h } from '../../../client/webview/dom.js';
import { busyWhile, confirmed, Page } from '../../../client/webview/page.js';
import { named, standIn } from '../harness/standIn.js';

const main = h('main');
beforeEach(() => {
  Object.assign(document, { querySelector: () => main });
});

test('a failure is shown until it is dismissed, the newest alone; text stays text', () => {
  const page = new Page();
  page.mount(h('p', {}, 'body'));
  page.problem('first');
  page.problem('<b>');
  const notices = standIn(main).querySelector('[role=alert]')!;
  expect(notices.querySelectorAll('p').map(({ textContent }) => textContent)).toEqual(['<b>']);
  notices.querySelector('button')!.click();
  expect(notices.children).toEqual([]);
});

test('what a screen reader was told is not told again', () => {
  const page = new Page();
  page.mount();
  page.say('Running');
  const voice = standIn(main).querySelector('[role=status]')!;
  const [before] = voice.children;
  page.say('Running');
  expect([voice.textContent, voice.children[0]]).toEqual(['Running', before]);
});

describe('a question', () => {
  const asked = () => {
    const answer = confirmed('Stop?', 'It stops.', 'Stop now');
    return { answer, dialog: standIn(document.body).querySelector('dialog')! };
  };
  test.each([
    [
      'yes',
      (dialog: ReturnType<typeof asked>['dialog']) =>
        named(dialog as unknown as Element, 'button', 'Stop now').click(),
      true,
    ],
    [
      'no',
      (dialog: ReturnType<typeof asked>['dialog']) =>
        named(dialog as unknown as Element, 'button', 'Cancel').click(),
      false,
    ],
    ['Escape', (dialog: ReturnType<typeof asked>['dialog']) => void dialog.fire('cancel'), false],
  ])('%s', async (_, answered, expected) => {
    const { answer, dialog } = asked();
    answered(dialog);
    expect(await answer).toBe(expected);
    expect(standIn(document.body).querySelector('dialog')).toBeNull();
  });
});

test('a button is busy until its action ends, however it does', async () => {
  const pressed = h('button');
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise((_, reject) => {
    fail = reject;
  });
  work.catch(() => undefined);
  busyWhile(
    pressed,
    work.catch(() => undefined),
  );
  expect([pressed.disabled, pressed.getAttribute('aria-busy')]).toEqual([true, 'true']);
  fail(new Error('x'));
  await new Promise((resolve) => setImmediate(resolve));
  expect([pressed.disabled, pressed.getAttribute('aria-busy')]).toEqual([false, null]);
});
