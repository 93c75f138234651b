/** One read that several requests wait for: it is cancelled once none of them does. */

export class SharedRead<Result> {
  private waiting = 0;
  private isSettled = false;

  constructor(
    private readonly result: Promise<Result>,
    private readonly onNobody: () => void,
  ) {
    const settled = () => {
      this.isSettled = true;
    };
    result.then(settled, settled);
  }

  /** Settles with the read, or at once with the signal's reason. */
  join(signal: AbortSignal | undefined): Promise<Result> {
    this.waiting++;
    return untilAborted(this.result, signal, () => {
      this.waiting--;
      if (this.waiting === 0 && !this.isSettled) this.onNobody();
    });
  }
}

/** `result`, or a rejection with the signal's reason as soon as that is aborted; `onAbort` is then called first. */
export function untilAborted<Result>(
  result: Promise<Result>,
  signal: AbortSignal | undefined,
  onAbort: () => void = () => undefined,
): Promise<Result> {
  if (signal === undefined) return result;
  return new Promise<Result>((resolve, reject) => {
    const abort = () => {
      onAbort();
      reject(signal.reason);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    result.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject);
  });
}
