/** Reads one YAML file as Hydra does: YAML 1.1, duplicate keys refused, anchors expanded while reading. */
import { readFile } from 'node:fs/promises';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { RegripError } from '../base/errors.js';
import { type ConfigNode, type MapNode, mapNode } from './node.js';
import { plainScalar } from './scalar.js';
import type { Provenance } from './types.js';

const MAX_BYTES = 4 << 20; // training configs have kilobytes; stops a data file that was named by mistake
const MAX_NODES = 200_000; // after expanding aliases; stops alias bombs
const MAX_DEPTH = 64; // far above real configs

export interface ConfigFile {
  readonly file: string;
  readonly root: MapNode;
  /** `# @package NAME` in the header. */
  readonly packageHeader: string | undefined;
}

export async function readConfigFile(file: string): Promise<ConfigFile> {
  const bytes = await readFile(file);
  if (bytes.length > MAX_BYTES) {
    throw new RegripError({
      code: 'config-too-large',
      file,
      message: `has ${bytes.length} bytes`,
      hint: `a config has at most ${MAX_BYTES}`,
    });
  }
  const text = bytes.toString('utf8');
  return { file, root: parseConfig(text, file), packageHeader: headerPackage(text) };
}

function headerPackage(text: string): string | undefined {
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (!line.startsWith('#')) return undefined;
    const found = /^#\s*@package\s+(\S+)\s*$/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

export function parseConfig(text: string, file: string): MapNode {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    lineCounter: lines,
    uniqueKeys: true,
  });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    const code = problem.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml-syntax';
    throw new RegripError({
      code,
      file: `${file}:${line}:${col}`,
      message: problem.message.split('\n')[0]!,
      cause: problem,
    });
  }
  const reader = new Reader(file, lines, document);
  if (document.contents === null) return mapNode(reader.place(undefined));
  const root = reader.node(document.contents as Node, 0);
  if (root.kind === 'map') return root;
  if (root.kind === 'scalar' && root.value === null) return mapNode(root.place);
  throw new RegripError({ code: 'yaml-syntax', file, message: `holds a ${root.kind}, expected a mapping` });
}

class Reader {
  private nodes = 0;
  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
    private readonly document: ReturnType<typeof parseDocument>,
  ) {}

  place(node: Node | undefined): Provenance {
    const [start, end] = node?.range ?? [0, 0];
    const from = this.lines.linePos(start);
    const to = this.lines.linePos(end);
    return {
      kind: 'file',
      file: this.file,
      line: from.line,
      column: from.col,
      endLine: to.line,
      endColumn: to.col,
    };
  }

  node(node: Node | null, depth: number): ConfigNode {
    this.nodes += 1;
    if (this.nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new RegripError({
        code: 'config-too-large',
        file: this.file,
        message: 'expands to more nodes than a config has',
      });
    }
    if (node === null) return { kind: 'scalar', value: null, place: this.place(undefined), beaten: [] };
    const place = this.place(node);
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target === undefined)
        throw new RegripError({
          code: 'yaml-syntax',
          file: this.file,
          message: `unknown anchor ${node.source}`,
        });
      return this.node(target as Node, depth + 1);
    }
    if (isScalar(node)) {
      const text = String(node.value ?? '');
      const quoted =
        node.type === 'QUOTE_DOUBLE' ||
        node.type === 'QUOTE_SINGLE' ||
        node.type === 'BLOCK_LITERAL' ||
        node.type === 'BLOCK_FOLDED';
      return { kind: 'scalar', value: quoted ? text : plainScalar(text), place, beaten: [] };
    }
    if (isSeq(node))
      return {
        kind: 'list',
        items: node.items.map((item) => this.node(item as Node, depth + 1)),
        place,
        beaten: [],
      };
    if (isMap(node)) return { kind: 'map', entries: this.entries(node, depth), place, beaten: [] };
    throw new RegripError({
      code: 'yaml-syntax',
      file: this.file,
      message: 'holds a construct that is no YAML value',
    });
  }

  private entries(map: YAMLMap, depth: number): Map<string, ConfigNode> {
    const entries = new Map<string, ConfigNode>();
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = isScalar(pair.key) ? String(pair.key.value ?? '') : '';
      if (key === '<<') {
        const merged = this.node(pair.value, depth + 1);
        for (const source of merged.kind === 'list' ? merged.items : [merged]) {
          if (source.kind !== 'map') continue;
          for (const [name, value] of source.entries) if (!entries.has(name)) entries.set(name, value);
        }
        continue;
      }
      entries.set(key, this.node(pair.value, depth + 1));
    }
    return entries;
  }
}
