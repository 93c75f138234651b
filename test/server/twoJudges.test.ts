/** The editor and the command line judge alike: the same target has the same findings, with the same places, severities and words. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import { commandLine } from '../../engine/base/shell.js';
import { rereadRequest } from '../../server/editorRequests.js';
import { regrip } from '../commands/call.js';
import { policyProject } from '../judge/checks/policyProject.js';
import { Editor } from './client.js';

const REFERENCE = join(import.meta.dirname, '../fixtures/reference');
const CASES = readdirSync(join(REFERENCE, 'hydra')).sort();
const SEVERITIES = ['', 'error', 'warning', 'information', 'hint'];

interface Told {
  readonly file: string;
  readonly code: string;
  readonly severity: string;
  readonly place: readonly number[];
  readonly message: string;
}

let editor: Editor;
beforeAll(async () => {
  // Some cases have neither a defaults list nor a `_target_`: that they are primaries is said by a setting.
  editor = await Editor.spawn({}, { configRoots: CASES });
});
afterAll(async () => {
  await editor.stop();
  expect(editor.errors).toEqual([]);
});

async function byCommandLine(path: string): Promise<readonly Told[]> {
  const { out } = await regrip(['check', path, '--json'], { cwd: editor.root, env: process.env });
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: (Told & Record<'line' | 'column' | 'endLine' | 'endColumn', number>)[];
  };
  return sorted(
    diagnostics.map(({ file, code, severity, message, line, column, endLine, endColumn }) => ({
      ...{ file, code, severity, message },
      place: [line, column, endLine, endColumn],
    })),
  );
}

async function byEditor(path: string, enough: number): Promise<readonly Told[]> {
  const name = relative(editor.root, path);
  await editor.open(name, readFileSync(path, 'utf8'));
  try {
    return await untilTold(enough);
  } finally {
    await editor.close(name);
    await editor.connection.sendRequest(rereadRequest); // nothing of it stays published
  }
}

/** What data sets hold is read behind a judgement, and told when it has come. */
async function untilTold(enough: number): Promise<readonly Told[]> {
  for (let round = 0; ; round += 1) {
    await editor.connection.sendRequest(rereadRequest);
    const told = sorted(editor.all().map(toldOf));
    if (told.length >= enough || round === 20) return told;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Of several targets the editor names those that have a finding. */
const OF_TARGETS = / \(in (?:[\w.-]+:\d+(?:, )?)+\)$/;

function toldOf({ file, diagnostic }: { file: string; diagnostic: Diagnostic }): Told {
  const { code, severity, message, range } = diagnostic;
  const { start, end } = range;
  const place = [start.line + 1, start.character + 1, end.line + 1, end.character + 1];
  return {
    file,
    code: String(code),
    severity: SEVERITIES[severity!]!,
    place,
    message: String(message).replace(OF_TARGETS, ''),
  };
}

function sorted(told: readonly Told[]): readonly Told[] {
  const key = ({ file, code, place, message }: Told) => JSON.stringify([file, code, place, message]);
  return [...told].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function agree(path: string): Promise<readonly Told[]> {
  const expected = await byCommandLine(path);
  expect(await byEditor(path, expected.length), relative(editor.root, path)).toEqual(expected);
  return expected;
}

describe('of the Hydra cases', () => {
  test.each(CASES)('%s', async (name) => {
    const folder = join(editor.root, name);
    cpSync(join(REFERENCE, 'hydra', name), folder, { recursive: true });
    const { config, overrides } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
      config: string;
      overrides: string[];
    };
    await agree(join(folder, `${config}.yaml`));
    if (overrides.length === 0) return;
    writeFileSync(join(folder, 'train.py'), '@hydra.main(config_path=".")\ndef main(cfg): ...\n');
    const words = ['python', 'train.py', '--config-path', '.', '--config-name', config, ...overrides];
    writeFileSync(join(folder, 'run.sh'), `${commandLine(words)}\n`);
    await agree(join(folder, 'run.sh'));
  });
});

const TRAINING = 'training: {num_epochs: 3, checkpoint_every: 50, resume: true, lr_warmup_steps: 500000}\n';
const MORE = `${TRAINING}dataloader: {batch_size: 100000}\npretrained: {path: a.ckpt, load_weights: true}\n`;
const PLACES = {
  'a plain config, which no script starts': {},
  'a config with a launch script': { 'run.sh': 'python train.py\n' },
  'a launch script with several trainings': {
    'run.sh':
      'python train.py\npython train.py training.num_epochs=9 policy.n_head=3\nregrip finetune config/train.yaml\n',
  },
} as const;

describe('of projects', () => {
  test.each(Object.entries(PLACES))('%s', async (name, scripts) => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'regrip-judges-')));
    const put = Editor.writer(root);
    for (const [file, text] of Object.entries(policyProject(MORE))) put(file, text);
    put('train.py', '@hydra.main(config_path="config", config_name="train")\ndef main(cfg): ...\n');
    put(
      'project/workspace.py',
      'class Workspace:\n    def __init__(self, cfg): print(cfg.training.num_epochs)\n',
    );
    cpSync(join(REFERENCE, 'cogact-mini.160x90.zarr'), join(root, 'd.zarr'), { recursive: true });
    for (const [file, text] of Object.entries(scripts)) put(file, text);
    const asked = 'run.sh' in scripts ? 'run.sh' : 'config/train.yaml';
    const found = await agree(join(root, asked));
    const codes = found.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['pretrained-missing', 'observation-shape-mismatch']));
    expect(codes, name).toContain('checkpoint-never');
    rmSync(root, { recursive: true });
  });
});
