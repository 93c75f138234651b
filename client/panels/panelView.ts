/** Panels in the editor: the only file of them that knows `vscode`. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './html.js';
import type { Changes, PanelModel } from './model.js';
import { type ActionOf, PANEL_KINDS, type PanelKind, type ToPage } from './panelMessages.js';
import { PanelSession } from './session.js';

export interface PanelOpening<Kind extends PanelKind> {
  readonly model: PanelModel<Kind> & { readonly changed: Changes };
  readonly title: string;
  readonly act: (action: ActionOf<Kind>) => Promise<ToPage<Kind> | undefined>;
}

export interface PanelPlace {
  readonly extensionUri: vscode.Uri;
  /** An internal fault, such as an invalid message from a page: for the log. */
  readonly problem: (problem: unknown) => void;
}

const viewType = (kind: PanelKind): string => `regrip.${kind}`;
const scripts = ({ extensionUri }: PanelPlace): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'dist', 'webview');

/** Opens a panel beside the editor. Disposing the result closes it; so can the user. */
export function openPanel<Kind extends PanelKind>(
  place: PanelPlace,
  opening: PanelOpening<Kind>,
): vscode.WebviewPanel {
  const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false };
  const panel = vscode.window.createWebviewPanel(viewType(opening.model.kind), opening.title, column);
  fill(panel, place, opening);
  return panel;
}

/** Gives panels their models again when a window was reloaded; `reopen` finds the subject, or undefined when it is gone. */
export function restorePanels(
  place: PanelPlace,
  reopen: (
    kind: PanelKind,
    subject: string,
    panel: vscode.WebviewPanel,
  ) => Promise<PanelOpening<PanelKind> | undefined>,
): vscode.Disposable {
  const restored = PANEL_KINDS.map((kind) =>
    vscode.window.registerWebviewPanelSerializer(viewType(kind), {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const subject = (state as { subject?: unknown } | undefined)?.subject;
        const opening = typeof subject === 'string' ? await reopen(kind, subject, panel) : undefined;
        if (opening === undefined) panel.dispose();
        else fill(panel, place, opening);
      },
    }),
  );
  return vscode.Disposable.from(...restored);
}

/** Gives a webview its page. */
export function fill<Kind extends PanelKind>(
  panel: vscode.WebviewPanel,
  place: PanelPlace,
  { model, title, act }: PanelOpening<Kind>,
): void {
  const { webview } = panel;
  panel.title = title;
  webview.options = { enableScripts: true, localResourceRoots: [scripts(place)] };
  const session = new PanelSession<Kind>({
    model,
    port: { post: (message) => void webview.postMessage(message) },
    act,
    words: vscode.l10n.bundle ?? {},
    refused: place.problem,
  });
  const listening = [
    webview.onDidReceiveMessage((message: unknown) => session.receive(message)),
    panel.onDidChangeViewState(() => session.setVisible(panel.visible)),
  ];
  panel.onDidDispose(() => {
    session.dispose();
    vscode.Disposable.from(...listening).dispose();
  });
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(scripts(place), name)).toString();
  webview.html = pageHtml({
    kind: model.kind,
    title,
    nonce: randomBytes(16).toString('base64url'),
    scriptUri: file(`${model.kind}.js`),
    styleUri: file('style.css'),
    language: vscode.env.language,
  });
}
