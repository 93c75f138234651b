/** PyTorch's `size mismatch for <key>` wherever it is shown: hovered in texts, a link in terminals. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Explained, explainKeyRequest } from '../../server/editorRequests.js';
import type { LanguageServer } from './languageServer.js';

const COMPLAINT = /size mismatch for ([\w.]+)/;

interface MismatchLink extends vscode.TerminalLink {
  readonly text: string;
}

export function registerMismatches(server: LanguageServer): vscode.Disposable[] {
  const explain = (text: string): Promise<readonly Explained[]> =>
    server.viewer.ask(explainKeyRequest, { text }, AbortSignal.timeout(10_000));
  return [
    vscode.languages.registerHoverProvider(
      [{ scheme: 'file' }, { scheme: 'output' }, { scheme: 'untitled' }],
      {
        provideHover: async (document, position) => {
          const { text, range } = document.lineAt(position);
          if (!COMPLAINT.test(text)) return undefined;
          const [found] = await explain(text);
          return found && new vscode.Hover(new vscode.MarkdownString(found.markdown), range);
        },
      },
    ),
    vscode.window.registerTerminalLinkProvider(terminalLinks(explain)),
  ];
}

function terminalLinks(
  explain: (text: string) => Promise<readonly Explained[]>,
): vscode.TerminalLinkProvider<MismatchLink> {
  return {
    provideTerminalLinks: ({ line }) => {
      const found = COMPLAINT.exec(line);
      if (found === null) return [];
      const tooltip = vscode.l10n.t('Explain {0} and why it differs', found[1]!);
      return [{ startIndex: found.index, length: found[0].length, tooltip, text: line }];
    },
    handleTerminalLink: async ({ text }) => {
      const [found] = await explain(text);
      if (found !== undefined) return show(found);
      const key = COMPLAINT.exec(text)![1]!;
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} is not a key of the diffusion policies that Regrip knows.', key),
      );
    },
  };
}

async function show({ key, answer: { meaning, why, fix, dimensions } }: Explained): Promise<void> {
  const place = dimensions.flatMap(({ setBy }) => setBy).find(({ place }) => place !== null)?.place;
  const goTo = place && vscode.l10n.t('Go to {0}:{1}', basename(place.file), place.line);
  const copy = fix === null ? undefined : vscode.l10n.t('Copy the command that fixes it');
  const actions = [goTo, copy].filter((action) => action !== undefined && action !== null);
  const picked = await vscode.window.showWarningMessage(`${key} (${meaning}): ${why}`, ...actions);
  if (picked === undefined) return;
  if (picked === copy) return vscode.env.clipboard.writeText(fix!);
  const at = new vscode.Position(place!.line - 1, place!.column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(place!.file), { selection: new vscode.Range(at, at) });
}
