/** What an inference log says, the same for its three layouts. */
import type { ByteRange } from './jsonTokens.js';

/**
 * `steps` is what today's server writes, `inputs/outputs` what older ones wrote (position, rotation vector and the gripper's width in
 * metres), `trajectory_log` what the robot's client writes.
 */
export type LogLayout = 'steps' | 'inputs/outputs' | 'trajectory_log';

export interface LogStep {
  /** A chunk of actions that the policy answered, or one action that the robot carried out. */
  readonly kind: 'answer' | 'executed';
  /** Counts the steps of its kind from 0. */
  readonly index: number;
  /** Its own number in the log; `index` where it has none. Executed actions of one chunk share it. */
  readonly step: number;
  /** The observation that the policy was given: pose and, where it has eight values, the gripper. */
  readonly state: readonly number[] | undefined;
  /** (chunk, actionDim); of an executed action one row: position, quaternion, 1 for open or 0. */
  readonly action: readonly (readonly number[])[];
  /**
   * What the last value of each action is: a command from 0 to 1 (executed: 1 is open), the older layout's width in metres, or nothing
   * of a gripper, when an action is a pose alone.
   */
  readonly gripper: 'command' | 'width' | undefined;
  /** Seconds by name, without the ending `_ms` of newer logs. */
  readonly timing: ReadonlyMap<string, number>;
  /** The bytes of the step's own object. */
  readonly range: ByteRange;
  /** The Base64 of the camera's frame, without its quotes. */
  readonly image: ByteRange | undefined;
}

/** A record that does not match its layout. */
export interface MalformedRecord {
  readonly offset: number;
  readonly reason: string;
}

export interface LogSummary {
  readonly layout: LogLayout;
  readonly answers: number;
  readonly executed: number;
  /** Values of an action; undefined without a step. */
  readonly actionDim: number | undefined;
  /** The policy that was run, where the log names it. */
  readonly checkpoint: string | undefined;
  readonly bytes: number;
  /** The first of them; `malformedCount` says how many there are. */
  readonly malformed: readonly MalformedRecord[];
  readonly malformedCount: number;
  /** Where the text stops being readable; all steps before count. */
  readonly broken:
    | { readonly kind: 'truncated' | 'damaged'; readonly offset: number; readonly reason: string }
    | undefined;
}
