/** What the client asks the server beyond LSP. Each message is declared once, here. */
import { NotificationType, RequestType, RequestType0 } from 'vscode-languageserver-protocol';

/** What runs: a primary config, its overrides, and the launch script that holds them. */
export interface TargetSummary {
  readonly id: string;
  /** For a status item: the config's or the script's name. */
  readonly label: string;
  /** Absolute. */
  readonly primary: string;
  readonly script?: string;
  readonly overrides: readonly string[];
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
/** The list, or the current one, is another now. */
export const targetsChanged = new NotificationType<TargetsResult>('regrip/targetsChanged');
