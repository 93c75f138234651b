/** What one bench found: our time beside the peer's, from one run on one machine. */

export interface BenchResult {
  /** What was done, with its size: `convert 250 frames 1920 × 1080 → 320 × 180`. */
  readonly work: string;
  readonly oursSeconds: number;
  /** undefined when the peer is not on this machine; `peer` then says what is missing. */
  readonly peerSeconds: number | undefined;
  /** What it was compared with: `OpenCV + zarr-python`, `torch.load`. */
  readonly peer: string;
  /** The most that ours may take, as a share of the peer's time. */
  readonly targetRatio: number;
  /** Anything else worth a line: frames per second, threads, versions. */
  readonly detail?: string;
}

/** Runs one comparison; prints its progress to stderr. */
export type Bench = () => Promise<BenchResult>;
