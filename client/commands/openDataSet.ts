/** 'Open Data Set': a zarr folder in the viewer. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openDataSet as open } from '../editors/viewers.js';
import { askPath, workspaceFolder } from './ask.js';
import type { Command } from './command.js';

export const openDataSet: Command = async (_parts, argument) => {
  const folder =
    argument.text('file') ??
    (await askPath(vscode.l10n.t('The folder of the data set (.zarr)'), {
      folder: true,
      near: workspaceFolder(),
    }));
  if (folder === undefined) return;
  if ((await stat(join(folder, '.zgroup')).catch(() => undefined)) === undefined)
    throw new Error(vscode.l10n.t('{0} is not a zarr folder: .zgroup is missing.', folder));
  await open(vscode.Uri.file(folder));
};
