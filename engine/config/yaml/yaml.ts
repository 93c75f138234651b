/** Reads YAML text as Hydra does: YAML 1.1, duplicate keys refused, anchors expanded while reading. */
import { isScalar, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml';
import { ConfigError } from '../configError.js';
import { type ConfigNode, type MapNode, mapNode } from '../node.js';
import type { Provenance } from '../provenance.js';
import { attempt, Collected, type Tolerance } from '../tolerance.js';
import { NodeReader } from './nodes.js';

/** Characters that YAML does not allow in a file, as PyYAML checks. */
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

interface ParsedConfig {
  readonly root: MapNode;
  /** In text order; where the text is not YAML at all, `root` is empty. */
  readonly problems: readonly ConfigError[];
}

/** How many syntax errors of one file are reported: each often causes the next ones. */
const MAX_SYNTAX_ERRORS = 20;

/** The mapping that `text` holds; empty text gives an empty mapping. `file` is for places and messages. Throws the first problem. */
export function parseConfig(text: string, file: string): MapNode {
  const { root, problems } = parseConfigText(text, file);
  if (problems.length > 0) throw problems[0];
  return root;
}

/** As `parseConfig`, but returns all problems along with what could be read. */
export function parseConfigText(text: string, file: string): ParsedConfig {
  const problems = new Collected();
  const empty = mapNode({ kind: 'file', file, line: 1, column: 1, endLine: 1, endColumn: 1 });
  const root = attempt(problems, () => read(text, file, problems), empty);
  return { root, problems: problems.problems };
}

function read(text: string, file: string, problems: Tolerance): MapNode {
  checkPrintable(text, file);
  checkNesting(text, file);
  const lines = new LineCounter();
  const document = parsed(text, file, lines);
  const reader = new NodeReader(file, lines, problems);
  if (document.errors.length > 0) {
    for (const problem of document.errors.slice(0, MAX_SYNTAX_ERRORS))
      problems.report(syntaxProblem(problem, file, lines));
    return mapNode(reader.place(undefined));
  }
  if (document.contents === null) return mapNode(reader.place(undefined));
  const root = reader.read(document.contents as Node);
  if (root.kind === 'map') return root;
  if (root.kind === 'scalar' && root.value === null) return mapNode(root.place);
  if (root.kind === 'scalar' && typeof root.value === 'string') return fromText(root.value, file, root.place);
  throw new ConfigError({
    code: 'yaml-syntax',
    file,
    message: `holds a ${root.kind}, but a config must be a mapping`,
  });
}

function syntaxProblem(problem: YAMLError, file: string, lines: LineCounter): ConfigError {
  if (/call stack/.test(problem.message)) return tooDeep(file, problem);
  const { line, col } = lines.linePos(problem.pos[0]);
  return new ConfigError({
    code: 'yaml-syntax',
    file: `${file}:${line}:${col}`,
    message: plainly(problem.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')),
    cause: problem,
  });
}

/** Rewords the parser's messages about common typing mistakes for a reader. */
const SLIPS: readonly (readonly [RegExp, string])[] = [
  [/^Unexpected flow-(?:seq|map)-end token in YAML stream: "(.)".*$/, 'unexpected extra $1'],
  [/^Flow (?:sequence|map) in block collection .* end with a (.)$/, 'a $1 is missing before this point'],
  [
    /^Implicit (?:map )?keys need to be (?:on a single line|followed by map values)$/,
    'this line is not KEY: VALUE; a colon may be missing',
  ],
  [
    /^Nested mappings are not allowed in compact mappings$/,
    'there is a second colon on this line; quote the value if the colon belongs to it',
  ],
];

function plainly(message: string): string {
  const [pattern, words] = SLIPS.find(([each]) => each.test(message)) ?? [];
  return pattern === undefined ? message : message.replace(pattern, words!);
}

/** OmegaConf parses a file that holds only text once more: text then becomes a key without a value. */
function fromText(text: string, file: string, place: Provenance): MapNode {
  const again = parsed(text, file, new LineCounter());
  if (isScalar(again.contents) && again.errors.length === 0) {
    const node: ConfigNode = { kind: 'scalar', value: null, place, beaten: [] };
    return mapNode(place, new Map([[text, node]]));
  }
  return parseConfig(text, file);
}

/** The library's document for text that may be half typed; undefined for text nested too deeply to be a config. */
export function parseTolerant(
  text: string,
  lines = new LineCounter(),
): ReturnType<typeof parsed> | undefined {
  try {
    checkNesting(text, '');
    return parsed(text, '', lines);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** The library's parser recurses: text nested thousands deep ends in a RangeError, or in a problem that quotes one. */
function parsed(text: string, file: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      merge: false,
      lineCounter,
      uniqueKeys: false,
      logLevel: 'error',
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep(file, error);
  }
}

/** Maximum depth of open brackets, counting quoted ones too: far above what any config nests or quotes. */
const MAX_OPEN = 1000;
const OPEN_LISTS = new RegExp(`(?:[-?] +){${MAX_OPEN}}`);

/** Checks before parsing, since the parser takes a second to overflow its stack. */
function checkNesting(text: string, file: string): void {
  if (OPEN_LISTS.test(text)) throw tooDeep(file, undefined);
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x5b || character === 0x7b)
      open += 1; // [ {
    else if ((character === 0x5d || character === 0x7d) && open > 0) open -= 1; // ] }
    if (open > MAX_OPEN) throw tooDeep(file, undefined);
  }
}

function tooDeep(file: string, cause: unknown): ConfigError {
  return new ConfigError({ code: 'config-too-large', file, message: 'is nested too deeply', cause });
}

function checkPrintable(text: string, file: string): void {
  const bad = UNPRINTABLE.exec(text);
  if (bad === null) return;
  const before = text.slice(0, bad.index).split('\n');
  throw new ConfigError({
    code: 'yaml-syntax',
    file: `${file}:${before.length}:${before.at(-1)!.length + 1}`,
    message: 'holds a control character, which YAML does not allow',
    hint: 'write it escaped, in double quotes',
  });
}
