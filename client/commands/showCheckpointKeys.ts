/** 'Show Checkpoint Keys': a checkpoint as text, one key per line. */
import * as vscode from 'vscode';
import { listingUri } from '../editors/listingUri.js';
import { askPath, workspaceFolder } from './ask.js';
import type { Command } from './command.js';

export const showCheckpointKeys: Command = async (_parts, argument) => {
  const path =
    argument.text('file') ??
    (await askPath(vscode.l10n.t('The checkpoint'), {
      near: workspaceFolder(),
      files: { [vscode.l10n.t('Checkpoints')]: ['ckpt', 'pth', 'pt'] },
    }));
  if (path !== undefined) await vscode.window.showTextDocument(listingUri(vscode.Uri.file(path)));
};
