/** The client's requests to the server beyond LSP. Each message is declared once, here. */

import { NotificationType, NotificationType0, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { Rotation } from '../engine/base/rotation.js';
import type { FoundRun } from '../engine/formats/run/findRuns.js';

/** What runs: a primary config, its overrides, and the launch script that holds them. */
export interface TargetSummary {
  readonly id: string;
  /** For a status item: the config's or the script's name. */
  readonly label: string;
  /** Absolute. */
  readonly primary: string;
  readonly script?: string;
  /** The known overrides. */
  readonly overrides: readonly string[];
  /** The script takes arguments of its own, such as `$1`. */
  readonly usesArguments?: boolean;
  /** The script's arguments as typed; undefined where the user gave none. */
  readonly arguments?: string;
}

export interface TargetsResult {
  readonly targets: readonly TargetSummary[];
  /** The id of the target that findings are judged for. */
  readonly current: string | undefined;
}

export const targetsRequest = new RequestType0<TargetsResult, void>('regrip/targets');
export const setTargetRequest = new RequestType<{ readonly id: string }, TargetsResult, void>(
  'regrip/setTarget',
);
/** The arguments of a launch script, as typed after its name; '' means unknown. */
export const setScriptArgumentsRequest = new RequestType<
  { readonly script: string; readonly text: string },
  TargetsResult,
  void
>('regrip/setScriptArguments');
/** The list or the current target has changed. */
export const targetsChanged = new NotificationType<TargetsResult>('regrip/targetsChanged');

/** One stage of a target's pipeline, with its state and the next action. */
export interface PipelineStage {
  readonly kind: 'dataSet' | 'checkpoint' | 'config';
  readonly label: string;
  readonly state: 'ready' | 'missing' | 'problem';
  readonly detail: string;
  /** Absolute. */
  readonly path?: string;
  readonly action?: 'convert' | 'adapt' | 'check' | 'finetune';
}

export interface PipelineRun extends FoundRun {
  /** Relative to where training starts. */
  readonly name: string;
}

export interface PipelineResult {
  /** The folder that the config's relative paths are resolved against, absolute. */
  readonly startFolder: string;
  /** Width and height of the camera's images, as the policy expects them. */
  readonly imageSize?: readonly [number, number];
  /** What a conversion may write, with the width of actions that have a gripper: first what fits the policy. Only where that is not as recorded. */
  readonly rotations?: readonly { readonly rotation: Rotation; readonly actionDim: number }[];
  readonly stages: readonly PipelineStage[];
  readonly runs: readonly PipelineRun[];
}

/** By the target's id; without one, of the current target. Null where there is none. */
export const pipelineRequest = new RequestType<{ readonly target?: string }, PipelineResult | null, void>(
  'regrip/pipeline',
);

/** Something on disk that findings, lenses or trees depend on has changed, and was judged anew. */
export const diskChanged = new NotificationType0('regrip/diskChanged');

/** Forgets everything that was read and judges anew; answers once the findings have been published. */
export const rereadRequest = new RequestType0<void, void>('regrip/reread');

export * from './viewerProtocol.js';
