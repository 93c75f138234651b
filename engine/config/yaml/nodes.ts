/** Turns the YAML library's nodes into config nodes, by the rules of PyYAML's safe loader and OmegaConf's additions to it. */

import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { PyFloat } from '../../base/plain.js';
import { type ConfigCode, ConfigError } from '../configError.js';
import type { ConfigNode, MapNode } from '../node.js';
import type { Provenance } from '../provenance.js';
import { MAX_INTEGER_DIGITS } from '../python/value.js';
import { STRICT, type Tolerance } from '../tolerance.js';
import { asFloat, asInteger, plainScalar, type Scalar } from './scalar.js';

const MAX_NODES = 50_000; // after expanding aliases; stops alias bombs
const MAX_DEPTH = 64; // far above real configs
const NUMBER = /^[-+]?[0-9.][0-9a-fA-F_x:.]*$/;
const STANDARD = 'tag:yaml.org,2002:';

export class NodeReader {
  private nodes = 0;
  private readonly anchors = new Map<string, Node>();
  /** Anchored nodes being read: following an alias to one of them would never end. */
  private readonly open = new Set<Node>();

  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
    private readonly problems: Tolerance = STRICT,
  ) {}

  place(node: Node | undefined): Extract<Provenance, { kind: 'file' }> {
    const from = this.lines.linePos(node?.range?.[0] ?? 0);
    const to = this.lines.linePos(node === undefined ? 0 : endOf(node));
    return {
      kind: 'file',
      file: this.file,
      line: Math.max(1, from.line),
      column: Math.max(1, from.col),
      endLine: Math.max(1, to.line),
      endColumn: Math.max(1, to.col),
    };
  }

  read(node: Node | null, depth = 0, before?: Node): ConfigNode {
    this.nodes += 1;
    if (this.nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw this.error(
        node ?? undefined,
        'config-too-large',
        'expands to more values, or deeper nesting, than a config can have',
      );
    }
    if (node === null) return { kind: 'scalar', value: null, place: this.place(before), beaten: [] };
    if (isAlias(node)) return this.alias(node, depth);
    this.anchor(node);
    this.open.add(node);
    const read = this.content(node, depth);
    this.open.delete(node);
    return read;
  }

  private content(node: Node, depth: number): ConfigNode {
    const place = this.place(node);
    if (isScalar(node)) return { kind: 'scalar', value: this.scalar(node), place, beaten: [] };
    this.checkTag(node, isSeq(node) ? 'seq' : 'map');
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as Node | null, depth + 1, node));
      return { kind: 'list', items, place, beaten: [] };
    }
    if (isMap(node)) return { kind: 'map', entries: this.entries(node, depth), place, beaten: [] };
    throw this.error(node, 'yaml-syntax', 'contains something that is not a YAML value');
  }

  private alias(node: Node & { source: string }, depth: number): ConfigNode {
    const target = this.anchors.get(node.source);
    if (target === undefined) throw this.error(node, 'yaml-syntax', `unknown anchor '${node.source}'`);
    if (this.open.has(target)) {
      throw this.error(node, 'yaml-syntax', `the anchor '${node.source}' contains itself`);
    }
    return this.read(target, depth + 1);
  }

  private anchor(node: Node): void {
    const name = 'anchor' in node ? node.anchor : undefined;
    if (name === undefined) return;
    const first = this.anchors.get(name);
    if (first !== undefined && first !== node) {
      const { line } = this.place(first);
      throw this.error(node, 'yaml-syntax', `the anchor '${name}' is already defined on line ${line}`);
    }
    this.anchors.set(name, node);
  }

  private scalar(node: Node & { value: unknown; type?: string }): Scalar {
    const text = typeof node.value === 'string' ? node.value : String(node.value ?? '');
    const tag = node.tag;
    const isText =
      tag === undefined || tag === '' ? node.type !== 'PLAIN' : tag === '!' || tag === `${STANDARD}str`;
    if (!isText && text.length > MAX_INTEGER_DIGITS && NUMBER.test(text))
      throw this.error(
        node,
        'yaml-syntax',
        `contains a number with ${text.length} digits, more than Python reads`,
        'quote it',
      );
    if (tag !== undefined && tag !== '' && tag !== '!') return this.tagged(node, text, tag);
    if (node.type !== 'PLAIN' && node.type !== undefined) return text;
    if (text === '=' || text === '<<') {
      throw this.error(node, 'yaml-syntax', `'${text}' has a meaning of its own in YAML 1.1`, 'quote it');
    }
    const value = plainScalar(text);
    if (value !== undefined) return value;
    throw this.error(node, 'yaml-syntax', `'${text}' is a number without digits`, 'quote it');
  }

  private tagged(node: Node, text: string, tag: string): Scalar {
    const implicit = plainScalar(text);
    switch (tag) {
      case `${STANDARD}str`:
        return text;
      case `${STANDARD}null`:
        return null;
      case `${STANDARD}int`:
        if (typeof implicit === 'bigint' || (typeof implicit === 'number' && Number.isInteger(implicit)))
          return asInteger(BigInt(implicit));
        break;
      case `${STANDARD}float`:
        if (implicit instanceof PyFloat) return implicit;
        if (typeof implicit === 'number' || typeof implicit === 'bigint') return asFloat(Number(implicit));
        break;
      case `${STANDARD}bool`:
        if (typeof implicit === 'boolean') return implicit;
        break;
      default:
        throw this.unknownTag(node, tag);
    }
    throw this.error(
      node,
      'yaml-syntax',
      `'${text}' is not a valid ${tag.slice(STANDARD.length)}, contrary to its tag`,
    );
  }

  private checkTag(node: Node, own: 'seq' | 'map'): void {
    const tag = node.tag;
    if (tag !== undefined && tag !== '' && tag !== '!' && tag !== STANDARD + own)
      throw this.unknownTag(node, tag);
  }

  /** Merged keys come first, then the mapping's own; of equal keys the last one wins, in the position of the first. */
  private entries(map: YAMLMap, depth: number): Map<string, ConfigNode> {
    const merged: MapNode[] = [];
    const own: [string, ConfigNode][] = [];
    const names = new Map<string, Node>();
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const { key } = pair;
      if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
        merged.push(...this.mergeSources(pair.value, depth + 1));
        continue;
      }
      this.tolerated(() => {
        const name = this.key(key, map, depth);
        this.checkTwice(name, key ?? map, names);
        own.push([name, this.underKey(key ?? undefined, pair.value, depth)]);
      });
    }
    return new Map([...merged.flatMap((source) => [...source.entries]), ...own]);
  }

  private underKey(key: Node | undefined, value: Node | null, depth: number): ConfigNode {
    const node = this.read(value, depth + 1, key);
    return key === undefined ? node : { ...node, key: this.place(key) };
  }

  /** An entry that Hydra refuses is reported and left out; a config that grows without limit ends the reading. */
  private tolerated(read: () => void): void {
    try {
      read();
    } catch (problem) {
      if (problem instanceof ConfigError && problem.code === 'config-too-large') throw problem;
      this.problems.report(problem);
    }
  }

  private checkTwice(name: string, key: Node, names: Map<string, Node>): void {
    const first = names.get(name);
    if (first !== undefined) {
      const { line } = this.place(first);
      throw this.error(
        key,
        'duplicate-key',
        `the key '${name}' appears twice in one mapping, first on line ${line}`,
        'Hydra refuses to load this; remove one of them',
      );
    }
    names.set(name, key);
  }

  /** `<<: [*a, *b]`: the first one wins, so it comes last. */
  private mergeSources(node: Node | null, depth: number): MapNode[] {
    const value = this.read(node, depth);
    const sources = value.kind === 'list' ? [...value.items].reverse() : [value];
    return sources.map((source) => {
      if (source.kind === 'map') return source;
      throw this.error(
        node ?? undefined,
        'yaml-syntax',
        `<< merges a ${source.kind}, but a mapping was expected`,
      );
    });
  }

  private key(node: Node | null, map: YAMLMap, depth: number): string {
    if (isScalar(node) && node.value === '=' && node.type === 'PLAIN') return '=';
    const key = this.read(node, depth + 1, map);
    if (key.kind !== 'scalar' || key.value === null) {
      const what = key.kind === 'scalar' ? 'null' : key.kind === 'map' ? 'a mapping' : 'a list';
      throw this.error(node ?? map, 'yaml-syntax', `a key is ${what}, but must be text`);
    }
    const { value } = key;
    if (typeof value === 'string') return value;
    const what = typeof value === 'boolean' ? 'a boolean' : 'a number';
    throw this.error(
      node ?? map,
      'unsupported',
      `YAML reads the key ${String(isScalar(node) ? node.value : value)} as ${what}; only text is supported`,
      'quote the key',
    );
  }

  private unknownTag(node: Node, tag: string): ConfigError {
    const shown = tag.startsWith(STANDARD) ? `!!${tag.slice(STANDARD.length)}` : tag;
    return this.error(
      node,
      'yaml-syntax',
      `the tag ${shown} is not supported in a config`,
      'write a plain value instead',
    );
  }

  private error(node: Node | undefined, code: ConfigCode, message: string, hint?: string): ConfigError {
    const { line, column } = this.place(node);
    const file = `${this.file}:${line}:${column}`;
    return new ConfigError(hint === undefined ? { code, file, message } : { code, file, message, hint });
  }
}

/** The library ends a block collection where the next line begins; here it ends with its last value. */
function endOf(node: Node): number {
  const end = node.range?.[1] ?? 0;
  if (!(isMap(node) || isSeq(node)) || node.flow === true) return end;
  const last = node.items.at(-1);
  const [key, value] = isPair(last)
    ? [last.key as Node | null, last.value as Node | null]
    : [undefined, last as Node | null];
  const inner = value ?? key ?? undefined;
  return inner === undefined ? end : endOf(inner);
}
