/** The composed config as a document of its own. */
import { afterEach, expect, test } from 'vitest';
import { TextDocumentContentRequest } from 'vscode-languageserver-protocol';
import { Editor } from '../client.js';

let editor: Editor;
afterEach(() => editor.stop());

test('shows each value with its provenance, and says when it changed', async () => {
  editor = await Editor.start({
    'config/a.yaml': 'defaults: [_self_, {task: t}]\ntask:\n  width: 3\nb: ${task.width}\n',
    'config/task/t.yaml': 'width: 5\n',
  });
  const refreshed = new Promise<string>((resolve) => {
    editor.connection.onRequest('workspace/textDocumentContent/refresh', ({ uri }: { uri: string }) => {
      resolve(uri);
      return null;
    });
  });
  await editor.open('config/a.yaml');
  const uri = editor.uri('config/a.yaml').replace('file:', 'regrip-composed:');
  const content = async () =>
    (await editor.connection.sendRequest(TextDocumentContentRequest.type, { uri })).text;
  expect(await content()).toMatch(
    /width: 5 # task\/t\.yaml:1, overrides a\.yaml:3\nb: 5 # a\.yaml:4: \$\{task\.width\} → task\/t\.yaml:1/,
  );
  await editor.type('config/a.yaml', 'defaults: [{task: t}, _self_]\ntask:\n  width: 3\nb: ${nothing}\n');
  expect(await refreshed).toBe(uri);
  const text = await content();
  expect(text).toContain('width: 3 # a.yaml:3, overrides task/t.yaml:1');
  expect(text).toMatch(/^# Incomplete: .*nothing/m);
});
