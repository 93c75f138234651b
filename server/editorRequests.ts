/** What the client asks the server beyond LSP. Each message is declared once, here. */

import { NotificationType, NotificationType0, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { FoundRun } from '../engine/formats/run/findRuns.js';

/** What runs: a primary config, its overrides, and the launch script that holds them. */
export interface TargetSummary {
  readonly id: string;
  /** For a status item: the config's or the script's name. */
  readonly label: string;
  /** Absolute. */
  readonly primary: string;
  readonly script?: string;
  /** Those that are known. */
  readonly overrides: readonly string[];
  /** The script reads arguments of its own: `$1`. */
  readonly usesArguments?: boolean;
  /** What the script is started with, as one types it; undefined where the user gave nothing. */
  readonly arguments?: string;
}

export interface TargetsResult {
  readonly targets: readonly TargetSummary[];
  /** The id of the one that findings are judged for. */
  readonly current: string | undefined;
}

export const targetsRequest = new RequestType0<TargetsResult, void>('regrip/targets');
export const setTargetRequest = new RequestType<{ readonly id: string }, TargetsResult, void>(
  'regrip/setTarget',
);
/** What a launch script is started with, as one types it behind its name; '' for what is not known. */
export const setScriptArgumentsRequest = new RequestType<
  { readonly script: string; readonly text: string },
  TargetsResult,
  void
>('regrip/setScriptArguments');
/** The list, or the current one, is another now. */
export const targetsChanged = new NotificationType<TargetsResult>('regrip/targetsChanged');

/** One stage of a target's way, with its state and what to do next. */
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
  /** From where training starts. */
  readonly name: string;
}

export interface PipelineResult {
  /** Where relative paths of the config count from, absolute. */
  readonly startFolder: string;
  /** Width and height of the camera's images, as the policy wants them. */
  readonly imageSize?: readonly [number, number];
  readonly stages: readonly PipelineStage[];
  readonly runs: readonly PipelineRun[];
}

/** By the target's id; without one, of the current target. Null where there is none. */
export const pipelineRequest = new RequestType<{ readonly target?: string }, PipelineResult | null, void>(
  'regrip/pipeline',
);

/** Something that findings, lenses or trees hang on is another on disk, and was judged anew. */
export const diskChanged = new NotificationType0('regrip/diskChanged');

/** Forgets all that was read, and judges anew; answers when the findings have been told. */
export const rereadRequest = new RequestType0<void, void>('regrip/reread');

export * from './viewerProtocol.js';
