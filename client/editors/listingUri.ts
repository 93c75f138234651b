/** The text document of a checkpoint's keys, which the language server writes. */

import * as vscode from 'vscode';
import { CHECKPOINT, LISTING_SUFFIX } from '../../server/schemes.js';

export function listingUri(checkpoint: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: CHECKPOINT, path: `${checkpoint.path}${LISTING_SUFFIX}` });
}
