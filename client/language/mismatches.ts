/** PyTorch's `size mismatch for <key>` wherever it is shown: hovered in texts, a link in terminals. */
import * as vscode from 'vscode';
import { type Explained, explainKeyRequest } from '../../server/protocol.js';
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
      const tooltip = vscode.l10n.t('What is {0}, and why does it differ?', found[1]!);
      return [{ startIndex: found.index, length: found[0].length, tooltip, text: line }];
    },
    handleTerminalLink: async ({ text }) => {
      const [found] = await explain(text);
      if (found !== undefined) await show(found);
    },
  };
}

async function show({ key, answer: { meaning, why, fix } }: Explained): Promise<void> {
  const detail = [meaning, why, ...(fix === null ? [] : [fix])].join('\n\n');
  const copy = vscode.l10n.t('Copy the call that mends it');
  const actions = fix === null ? [] : [copy];
  const picked = await vscode.window.showInformationMessage(key, { modal: true, detail }, ...actions);
  if (picked === copy && fix !== null) await vscode.env.clipboard.writeText(fix);
}
