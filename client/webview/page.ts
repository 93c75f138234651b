/** What every page has: a place for notices, a voice for screen readers, and keys that act on the whole page. */
import { button, h, write } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

export class Page {
  readonly root = document.querySelector('main')!;
  private readonly voice = h('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  private readonly notices = h('div', { class: 'notices', role: 'alert' });

  mount(...parts: readonly Node[]): void {
    this.root.replaceChildren(this.voice, this.notices, ...parts);
  }

  /** For screen readers; announced once however often it is set. */
  say(text: string): void {
    write(this.voice, text);
  }

  /** A failure of the page or of its request. */
  problem(text: string): void {
    const notice = h('div', { class: 'banner error' }, icon('error'), h('p', {}, text));
    const close = button(t('Dismiss'), { class: 'quiet' }, () => notice.remove());
    notice.append(close);
    this.notices.replaceChildren(notice);
  }
}

/** Asks before something that cannot be undone. Resolves to the choice; Escape means no. */
export function confirmed(question: string, detail: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h('dialog', {
      role: 'alertdialog',
      'aria-labelledby': 'question',
      'aria-describedby': 'detail',
    });
    const done = (answer: boolean): void => {
      dialog.remove();
      resolve(answer);
    };
    const no = button(t('Cancel'), { class: 'second' }, () => done(false));
    dialog.append(
      h('h2', { id: 'question' }, question),
      h('p', { id: 'detail' }, detail),
      h(
        'div',
        { class: 'buttons' },
        button(yes, {}, () => done(true)),
        no,
      ),
    );
    dialog.addEventListener('cancel', () => done(false));
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}

/** A button that waits for its action's answer. */
export function busyWhile(pressed: HTMLButtonElement, work: Promise<unknown>): void {
  pressed.setAttribute('aria-busy', 'true');
  pressed.disabled = true;
  void work.finally(() => {
    pressed.removeAttribute('aria-busy');
    pressed.disabled = false;
  });
}
