/** Diagnostics after an edit in a 300-line config with its groups: our server beside yaml-language-server validating the same file against a schema. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { createProtocolConnection, type ProtocolConnection } from 'vscode-languageserver-protocol/node';
import type { Bench } from './result.js';

const OURS = [fileURLToPath(new URL('../../server/main.js', import.meta.url)), '--stdio'];
const PEER = [
  createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server'),
  '--stdio',
];
const EDITS = 100;
const LINES = 300;
const OTHERS = 2000;
const OTHER_PRIMARIES = 100;
/** A quiet server publishes nothing more; the clock runs only from an edit to its diagnostics. */
const PAUSE = 5;

export const benchLsp: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'regrip-bench-lsp-'));
  try {
    const file = writeProject(folder);
    const ours = await measure(OURS, folder, file, {});
    const peer = await measure(PEER, folder, file, schemaSettings(folder));
    const shown = (ms: number) => `${ms.toFixed(0)} ms`;
    return {
      work: `diagnostics after an edit in a config of ${LINES} lines and 3 groups, beside ${OTHERS} other YAML files, p95`,
      oursSeconds: percentile(ours.edits, 0.95) / 1000,
      peerSeconds: percentile(peer.edits, 0.95) / 1000,
      peer: 'yaml-language-server, a schema',
      targetRatio: 1,
      detail: `from the start to the first diagnostics ${shown(ours.first)}, the peer ${shown(peer.first)}, which waits 200 ms for more edits`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Measured {
  /** Milliseconds from the process' start to the first diagnostics. */
  readonly first: number;
  readonly edits: readonly number[];
}

async function measure(
  args: readonly string[],
  folder: string,
  file: string,
  settings: object,
): Promise<Measured> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'], cwd: folder });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const diagnostics = new Diagnostics(connection, pathToFileURL(file).href, settings);
  try {
    await open(connection, folder, file);
    await diagnostics.next();
    const first = performance.now() - start;
    const edits: number[] = [];
    for (let edit = 0; edit < EDITS; edit += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      const before = performance.now();
      await change(connection, file, edit + 2);
      await diagnostics.next();
      edits.push(performance.now() - before);
    }
    return { first, edits };
  } finally {
    await stop(connection, child);
  }
}

class Diagnostics {
  private wake: (() => void) | undefined;
  private arrived = 0;

  constructor(connection: ProtocolConnection, uri: string, settings: object) {
    connection.onNotification(
      'textDocument/publishDiagnostics',
      (params: { uri: string; diagnostics: unknown[] }) => {
        if (params.uri !== uri || params.diagnostics.length === 0) return;
        this.arrived += 1;
        this.wake?.();
      },
    );
    connection.onRequest('workspace/configuration', ({ items }: { items: { section?: string }[] }) =>
      items.map(({ section }) => (section === 'yaml' ? settings : null)),
    );
    connection.onRequest('client/registerCapability', () => null);
    connection.listen();
  }

  async next(): Promise<void> {
    if (this.arrived === 0)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    this.arrived = 0;
    this.wake = undefined;
  }
}

async function open(connection: ProtocolConnection, folder: string, file: string): Promise<void> {
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }],
    capabilities: { workspace: { configuration: true }, textDocument: { publishDiagnostics: {} } },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: pathToFileURL(file).href, languageId: 'yaml', version: 1, text: config(7) },
  });
}

/** Each edit changes what is wrong: 257 is divided by neither number of heads, and the schema wants text. */
async function change(connection: ProtocolConnection, file: string, version: number): Promise<void> {
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: pathToFileURL(file).href, version },
    contentChanges: [{ text: config(version % 2 === 0 ? 6 : 7) }],
  });
}

async function stop(connection: ProtocolConnection, child: ChildProcess): Promise<void> {
  await connection.sendRequest('shutdown').catch(() => undefined);
  await connection.sendNotification('exit').catch(() => undefined);
  connection.dispose();
  child.kill();
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;
}

function writeProject(folder: string): string {
  const files: Readonly<Record<string, string>> = {
    'config/train.yaml': config(7),
    'config/task/pick.yaml': group('task', 40),
    'config/model/small.yaml': group('model', 40),
    'config/logging/quiet.yaml': group('logging', 40),
    ...others(),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, 'config/train.yaml');
}

/** What a large project has besides: options that are not chosen, and other primaries. */
function others(): Record<string, string> {
  const options = Array.from({ length: OTHERS - OTHER_PRIMARIES }, (_, k) => [
    `config/task/other${k}.yaml`,
    group('task', 5),
  ]);
  const text = 'defaults:\n  - task: pick\n  - _self_\nx: ${task.k1}\n';
  const primaries = Array.from({ length: OTHER_PRIMARIES }, (_, k) => [`config/other${k}.yaml`, text]);
  return Object.fromEntries([...options, ...primaries]) as Record<string, string>;
}

function config(heads: number): string {
  const head = [
    'defaults:',
    '  - task: pick',
    '  - model: small',
    '  - logging: quiet',
    '  - _self_',
    'policy:',
    '  n_emb: 257',
    `  n_head: ${heads}`,
    'section:',
  ];
  const rest = Array.from({ length: LINES - head.length }, (_, k) => {
    const value =
      k % 4 === 0 ? `\${task.k${k % 40}}` : k % 4 === 1 ? `\${eval:'\${policy.n_emb}+${k}'}` : String(k);
    return `  key${k}: ${value}`;
  });
  return `${[...head, ...rest].join('\n')}\n`;
}

function group(name: string, keys: number): string {
  return Array.from({ length: keys }, (_, k) => `k${k}: ${name}_${k}\n`).join('');
}

function schemaSettings(folder: string): object {
  const path = join(folder, 'schema.json');
  const keys = Array.from({ length: LINES }, (_, k) => [`key${k}`, { type: ['string', 'integer'] }] as const);
  const schema = {
    type: 'object',
    properties: {
      defaults: { type: 'array' },
      policy: { type: 'object', properties: { n_emb: { type: 'integer' }, n_head: { type: 'string' } } },
      section: { type: 'object', properties: Object.fromEntries(keys), additionalProperties: false },
    },
    additionalProperties: false,
  };
  writeFileSync(path, JSON.stringify(schema));
  return {
    validate: true,
    schemas: { [pathToFileURL(path).href]: ['**/train.yaml'] },
    schemaStore: { enable: false },
  };
}
