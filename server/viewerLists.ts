/** What the bulk reader's answers and the viewers' pages list in the same order: a log's columns, and how a key can stand to a policy. */

/** The columns of an inference log's trace. */
export const LOG_COLUMNS = [
  'gripper',
  'chunkMin',
  'chunkMax',
  'stateGripper',
  'x',
  'y',
  'z',
  'latency',
] as const;

/** How a key of a checkpoint stands to the target's policy. */
export const KEY_VERDICTS = ['same', 'differs', 'only in file', 'only expected', 'not compared'] as const;
export type KeyVerdict = (typeof KEY_VERDICTS)[number];
