/** A policy class that no family answers to, wherever an editor shows something of a policy: it is named, with the classes that exist. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { HoverRequest, type MarkupContent } from 'vscode-languageserver-protocol';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { POLICY_CLASSES } from '../../../engine/judge/policy/families.js';
import { checkpointRequest, explainKeyRequest, pipelineRequest } from '../../../server/editorRequests.js';
import { SMALL } from '../../formats/checkpoint/files.js';
import { policyProject } from '../../judge/checks/policyProject.js';
import { Editor, unmark } from '../client.js';

const OTHER = 'project.policy.OtherPolicy';
const SAID = `policy._target_ is ${OTHER}, a policy class that Regrip does not know; it knows ${POLICY_CLASSES.join(', ')}`;
const PRIMARY = 'config/train.yaml';

let editor: Editor;
afterEach(async () => {
  await editor.stop();
  expect(editor.errors).toEqual([]);
});

/** The project with a checkpoint of `saved` beside it. */
async function open(target: string, saved: string): Promise<void> {
  const files = policyProject('pretrained:\n  path: old.ckpt\n  load_weights: True\n');
  const text = files[PRIMARY]!.replace(/diffusion_policy\.policy\.\S+/, target);
  editor = await Editor.start({ ...files, [PRIMARY]: text });
  await writeCheckpoint(join(editor.root, 'old.ckpt'), {
    ...SMALL,
    config: { policy: { _target_: saved } },
  });
  await editor.open(PRIMARY);
  await editor.diagnostic(PRIMARY, target === OTHER ? 'policy-unknown' : 'pretrained-incompatible');
}

async function hoverAt(text: string): Promise<string> {
  const content = await readFile(join(editor.root, PRIMARY), 'utf8');
  const [position] = unmark(content.replace(text, `<|>${text}`)).cursors;
  const textDocument = { uri: editor.uri(PRIMARY) };
  const hover = await editor.connection.sendRequest(HoverRequest.type, { textDocument, position: position! });
  return (hover?.contents as MarkupContent | undefined)?.value ?? '';
}

test('of the config: hovers, the side bar, and what is said of a key', async () => {
  await open(OTHER, OTHER);
  expect(unescaped(await hoverAt(OTHER))).toContain(SAID);
  expect(unescaped(await hoverAt('old.ckpt'))).toContain(`Not compared: ${SAID}`);
  const pipeline = await editor.connection.sendRequest(pipelineRequest, {});
  expect(pipeline?.stages.find(({ kind }) => kind === 'checkpoint')?.detail).toBe(`not compared: ${SAID}`);
  const checkpoint = join(editor.root, 'old.ckpt');
  const target = { primary: join(editor.root, PRIMARY), overrides: [] };
  const { type } = checkpointRequest;
  expect(await editor.connection.sendRequest(type.method, { path: checkpoint, target })).toMatchObject({
    comparisonProblem: SAID,
  });
  const asked = { checkpoint, key: 'weight' };
  const [explained] = await editor.connection.sendRequest<{ markdown: string }[]>(
    explainKeyRequest.type.method,
    asked,
  );
  expect(unescaped(explained!.markdown)).toContain(SAID);
});

test('of the checkpoint alone: its hover says why adapt would refuse it', async () => {
  await open(`a.b.${POLICY_CLASSES[0]}`, OTHER);
  expect(unescaped(await hoverAt('old.ckpt'))).toMatch(
    new RegExp(`Does not fit.* Its own ${SAID.replaceAll('.', '\\.')}`),
  );
});

/** Markdown's backslashes taken off. */
function unescaped(markdown: string): string {
  return markdown.replaceAll('\\', '');
}
