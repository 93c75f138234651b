/** What viewers need of the language server, and which of their questions still count. */
import type { ViewerRequest } from '../../server/editorRequests.js';

export interface ViewerServer {
  /** Rejects with the server's message, or once the signal is aborted. */
  ask<Params, Result>(
    request: ViewerRequest<Params, Result>,
    params: Params,
    signal: AbortSignal,
  ): Promise<Result>;
}

/** Of each kind of question the newest counts; the one before is given up. */
export class Latest {
  private readonly open = new Map<string, AbortController>();
  private readonly all = new AbortController();

  signal(kind: string): AbortSignal {
    this.open.get(kind)?.abort();
    const controller = new AbortController();
    this.open.set(kind, controller);
    return AbortSignal.any([controller.signal, this.all.signal]);
  }

  /** For questions that stand beside each other. */
  get untilDisposed(): AbortSignal {
    return this.all.signal;
  }

  /** Gives up what is open, and whatever is asked from now on. */
  dispose(): void {
    this.all.abort();
  }
}

/** The answer; undefined when nobody waits for it any more. */
export async function unlessGivenUp<Result>(
  asked: Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  try {
    const answer = await asked;
    return signal.aborted ? undefined : answer;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
