/** One open panel: carries a model's changes to its page and the page's actions to their handler. Without `vscode`. */
import { decoded, encoded } from '../../engine/base/jsonText.js';
import { clipped } from './clip.js';
import type { Changes, PanelModel } from './model.js';
import { type ActionOf, checkToHost, type PanelKind, type ToPage } from './panelMessages.js';

/** The page's side of the line. */
interface PagePort {
  /** What `encoded` made of a `ToPage<Kind>`. */
  post(message: unknown): void;
}

interface SessionOptions<Kind extends PanelKind> {
  readonly model: PanelModel<Kind> & { readonly changed: Changes };
  readonly port: PagePort;
  /** Does what the user requested; what it throws is shown beside the button. Its value, if any, goes to the page. */
  readonly act: (action: ActionOf<Kind>) => Promise<ToPage<Kind> | undefined>;
  /** The page's words in the user's language, by their English. */
  readonly words: Readonly<Record<string, string>>;
  /** An invalid message from the page. */
  readonly refused: (problem: string) => void;
  readonly flushMs?: number;
}

/** Faster than a person reads, slower than a busy job reports. */
const FLUSH_MS = 100;

export class PanelSession<Kind extends PanelKind> {
  private isReady = false;
  private isVisible = true;
  private timer: NodeJS.Timeout | undefined;
  private readonly listening: { dispose(): void };

  constructor(private readonly options: SessionOptions<Kind>) {
    this.listening = options.model.changed.listen(() => this.schedule());
  }

  /** The editor discards a hidden page; the page reports `ready` again when it is shown. */
  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    if (!isVisible) this.isReady = false;
  }

  receive(value: unknown): void {
    const { model, refused } = this.options;
    const checked = checkToHost(model.kind, decoded(value));
    if ('problem' in checked) {
      refused(checked.problem);
      return;
    }
    const { message } = checked;
    if (message.type === 'ready') this.start();
    else void this.act(message.id, message.action as ActionOf<Kind>);
  }

  dispose(): void {
    this.isReady = false;
    this.listening.dispose();
    clearTimeout(this.timer);
  }

  private start(): void {
    const { model, words } = this.options;
    this.isReady = true;
    this.post({ type: 'hello', subject: model.subject, words } as ToPage<Kind>);
    for (const message of model.snapshot()) this.post(message as ToPage<Kind>);
  }

  private async act(id: number, action: ActionOf<Kind>): Promise<void> {
    const error = await this.options.act(action).then(
      (answer) => this.answer(answer),
      (reason: unknown) => clipped(reason instanceof Error ? reason.message : String(reason)),
    );
    this.answer({ type: 'settled', id, ...(error === undefined ? {} : { error }) } as ToPage<Kind>);
  }

  private answer(message: ToPage<Kind> | undefined): undefined {
    if (message !== undefined && this.isReady) this.post(message);
    return undefined;
  }

  /** The editor passes messages as JSON, which has no NaN. */
  private post(message: ToPage<Kind>): void {
    this.options.port.post(encoded(message));
  }

  private schedule(): void {
    if (!this.isReady || !this.isVisible || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isReady)
        for (const message of this.options.model.changes()) this.post(message as ToPage<Kind>);
    }, this.options.flushMs ?? FLUSH_MS);
  }
}
