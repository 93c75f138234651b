/** 'Doctor': what this machine can run and what it lacks. */
import * as vscode from 'vscode';
import type { Command } from './command.js';

export const doctor: Command = ({ cli }) => cli.run(vscode.l10n.t('Doctor'), ['doctor']);
