/** A language server whose answers the test decides, by the request's name. */
import type { ViewerServer } from '../../../client/editors/viewerServer.js';

type Answers = Readonly<Record<string, (params: never) => unknown>>;

export interface ShamServer extends ViewerServer {
  /** The requests that came, in their order. */
  readonly asked: { readonly name: string; readonly params: unknown; readonly signal: AbortSignal }[];
  /** What is answered from now on. */
  answers: Answers;
}

/** A function's result is the answer, what it throws the fault. */
export function shamServer(answers: Answers): ShamServer {
  const asked: ShamServer['asked'] = [];
  return {
    asked,
    answers,
    async ask<Params, Result>(
      { type }: { type: { method: string } },
      params: Params,
      signal: AbortSignal,
    ): Promise<Result> {
      const name = type.method.replace('regrip/', '');
      asked.push({ name, params, signal });
      const answer = this.answers[name];
      if (answer === undefined) throw new Error(`the test has no answer to ${name}`);
      return (await answer(params as never)) as Result;
    },
  };
}
