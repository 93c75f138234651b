/** What a panel shows, kept outside the editor: it answers a page that opens (again) and reports what has changed since. */
import type { PanelKind, ToPage } from './panelMessages.js';

export interface PanelModel<Kind extends PanelKind> {
  readonly kind: Kind;
  /** Identifies the panel's subject after a reload of the window: a run folder, a job's id. */
  readonly subject: string;
  /** Everything that a fresh page needs. What was sent counts as seen. */
  snapshot(): readonly ToPage<Kind>[];
  /** What changed since the last `snapshot` or `changes`. */
  changes(): readonly ToPage<Kind>[];
}

/** Calls back when something changed. */
export class Changes {
  private readonly listeners = new Set<() => void>();

  listen(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  fire(): void {
    for (const listener of this.listeners) listener();
  }
}
