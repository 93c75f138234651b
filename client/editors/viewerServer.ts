/** What viewers need from the language server, and which of their requests are still current. */
import type { ViewerRequest } from '../../server/editorRequests.js';

export interface ViewerServer {
  /** Rejects with the server's message, or once the signal is aborted. */
  ask<Params, Result>(
    request: ViewerRequest<Params, Result>,
    params: Params,
    signal: AbortSignal,
  ): Promise<Result>;
}

/** Only the newest request of each kind matters; the previous one is cancelled. */
export class Latest {
  private readonly open = new Map<string, AbortController>();
  private readonly all = new AbortController();

  signal(kind: string): AbortSignal {
    this.open.get(kind)?.abort();
    const controller = new AbortController();
    this.open.set(kind, controller);
    return AbortSignal.any([controller.signal, this.all.signal]);
  }

  /** For requests that are independent of each other. */
  get untilDisposed(): AbortSignal {
    return this.all.signal;
  }

  /** Cancels open requests, and all later ones. */
  dispose(): void {
    this.all.abort();
  }
}

/** The answer; undefined when it is no longer needed. */
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
