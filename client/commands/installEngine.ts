/** 'Install Engine': downloads TensorFlow after showing what, how large and where to. */
import * as vscode from 'vscode';
import type { Command } from './command.js';

export const installEngine: Command = ({ cli }) =>
  cli.run(vscode.l10n.t('Install Engine'), ['engine', 'install']);
