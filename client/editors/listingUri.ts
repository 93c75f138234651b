/** The text document of a checkpoint's keys, which the language server writes. */
import * as vscode from 'vscode';

export function listingUri(checkpoint: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: 'regrip-checkpoint', path: `${checkpoint.path}.keys` });
}
