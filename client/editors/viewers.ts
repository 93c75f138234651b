/** The read-only viewers in the editor: checkpoints by their file, data sets by the `.zgroup` of their folder. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { LanguageServer } from '../language/languageServer.js';
import type { Targets } from '../language/targets.js';
import { InputWatch } from '../panels/inputWatch.js';
import { fill, type PanelPlace } from '../panels/panelView.js';
import { CheckpointModel, type ShownTarget } from './checkpointModel.js';
import { listingUri } from './listingUri.js';
import { ZarrModel } from './zarrModel.js';

interface ViewerParts {
  readonly place: PanelPlace;
  readonly server: LanguageServer;
  readonly targets: Targets;
}

const CHECKPOINT_VIEW = 'regrip.checkpoint';
const DATA_SET_VIEW = 'regrip.dataSet';

/** While saving, a training may write to a checkpoint several times per second. */
const SETTLE_MS = 500;

export function registerViewers(parts: ViewerParts): vscode.Disposable[] {
  const provide = (id: string, fillPage: (file: vscode.Uri, panel: vscode.WebviewPanel) => void) =>
    vscode.window.registerCustomEditorProvider(
      id,
      {
        openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: ({ uri }, panel) => fillPage(uri, panel),
      },
      { supportsMultipleEditorsPerDocument: true },
    );
  return [
    provide(CHECKPOINT_VIEW, (file, panel) => showCheckpoint(file, panel, parts)),
    provide(DATA_SET_VIEW, (file, panel) => showDataSet(file, panel, parts)),
  ];
}

/** `folder` is the data set's. */
export function openDataSet(folder: vscode.Uri): Thenable<unknown> {
  return vscode.commands.executeCommand(
    'vscode.openWith',
    vscode.Uri.joinPath(folder, '.zgroup'),
    DATA_SET_VIEW,
  );
}

function showCheckpoint(
  file: vscode.Uri,
  panel: vscode.WebviewPanel,
  { place, server, targets }: ViewerParts,
): void {
  const model = new CheckpointModel({
    path: file.fsPath,
    name: basename(file.fsPath),
    server: server.viewer,
    target: shownTarget(targets),
    doors: {
      openListing: async () => {
        await vscode.window.showTextDocument(listingUri(file));
      },
      selectTarget: async () => {
        await vscode.commands.executeCommand('regrip.selectTarget');
      },
      openPlace: async ({ file: path, line, column }) => {
        const at = new vscode.Position(line - 1, column - 1);
        await vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(at, at) });
      },
      copy: async (text) => vscode.env.clipboard.writeText(text),
    },
  });
  let compared = JSON.stringify(shownTarget(targets));
  const listening = [
    targets.onChange(() => {
      const now = shownTarget(targets);
      if (JSON.stringify(now) === compared) return;
      compared = JSON.stringify(now);
      void model.setTarget(now);
    }),
    server.onUp(() => void model.read()),
    whenChanged(file.fsPath, () => void model.read()),
  ];
  fill(panel, place, { model, title: basename(file.fsPath), act: (action) => model.act(action) });
  panel.onDidDispose(() => {
    vscode.Disposable.from(...listening).dispose();
    model.dispose();
  });
  void server.whenUp().then(() => model.read());
}

function showDataSet(file: vscode.Uri, panel: vscode.WebviewPanel, { place, server }: ViewerParts): void {
  const folder = dirname(file.fsPath);
  const model = new ZarrModel({ path: folder, name: basename(folder), server: server.viewer });
  const listening = server.onUp(() => void model.read());
  fill(panel, place, { model, title: basename(folder), act: (action) => model.act(action) });
  panel.onDidDispose(() => {
    listening.dispose();
    model.dispose();
  });
  void server.whenUp().then(() => model.read());
}

function shownTarget({ current }: Targets): ShownTarget | null {
  if (current === undefined) return null;
  const { primary, overrides, label } = current;
  return { primary, overrides: [...overrides], label };
}

/** Called once the file has not changed for a while, even outside the workspace and after it was deleted. */
function whenChanged(path: string, changed: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const watch = new InputWatch(() => {
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  });
  watch.restart();
  void watch.look(path);
  return vscode.Disposable.from(watch, new vscode.Disposable(() => clearTimeout(timer)));
}
