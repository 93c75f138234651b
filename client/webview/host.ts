/** The page's end of the connection to the extension: checks messages, waits for answers, keeps its state. */
import { decoded, encoded } from '../../engine/base/jsonText.js';
import { type ActionOf, checkToPage, type PanelKind, type ToPage } from '../panels/panelMessages.js';
import { setWords } from './words.js';

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

type Told<Kind extends PanelKind> = Exclude<ToPage<Kind>, { type: 'hello' } | { type: 'settled' }>;

interface HostHandlers<Kind extends PanelKind> {
  /** Once, before any other message. */
  readonly open: () => void;
  readonly tell: (message: Told<Kind>) => void;
  /** An invalid message, or a failed action. */
  readonly problem: (text: string) => void;
}

interface Kept {
  readonly subject: string;
  readonly view: unknown;
}

export class Host<Kind extends PanelKind> {
  private readonly api = acquireVsCodeApi();
  private readonly waiting = new Map<number, (error: string | undefined) => void>();
  private nextAction = 0;
  private isOpen = false;
  private subject = '';

  constructor(
    private readonly kind: Kind,
    private readonly handlers: HostHandlers<Kind>,
  ) {
    window.addEventListener('message', (event) => this.receive(decoded(event.data)));
    this.api.postMessage({ type: 'ready' });
  }

  /** Settles once the extension has done it; a failure is shown and gives false. */
  async act(action: ActionOf<Kind>): Promise<boolean> {
    const id = this.nextAction++;
    const settled = new Promise<string | undefined>((resolve) => this.waiting.set(id, resolve));
    this.api.postMessage(encoded({ type: 'action', id, action }));
    const error = await settled;
    if (error !== undefined) this.handlers.problem(error);
    return error === undefined;
  }

  /** What the page kept when it was last shown; the caller checks it. */
  kept(): unknown {
    const state = this.api.getState() as Partial<Kept> | undefined;
    return state?.view;
  }

  keep(view: unknown): void {
    this.api.setState({ subject: this.subject, view } satisfies Kept);
  }

  private receive(data: unknown): void {
    const checked = checkToPage(this.kind, data);
    if ('problem' in checked) {
      this.handlers.problem(checked.problem);
      return;
    }
    const message = checked.message as ToPage<PanelKind>;
    if (message.type === 'hello') this.open(message);
    else if (message.type === 'settled') this.settle(message.id, message.error);
    else if (this.isOpen) this.handlers.tell(message as Told<Kind>);
  }

  private open({ subject, words }: Extract<ToPage<PanelKind>, { type: 'hello' }>): void {
    this.subject = subject;
    if (this.isOpen) return;
    this.isOpen = true;
    setWords(words);
    this.keep(this.kept());
    this.handlers.open();
  }

  private settle(id: number, error: string | undefined): void {
    this.waiting.get(id)?.(error);
    this.waiting.delete(id);
  }
}
