/** A key that is written twice: shows the first place, and offers to remove the later entry where it has lines of its own. */
import { isMap, isScalar, LineCounter, type Node, type Pair, visit } from 'yaml';
import { parseTolerant } from '../../config/yaml/yaml.js';
import type { CheckContext } from './context.js';
import type { Fix, Related, Span } from './finding.js';
import { withoutLines } from './sourceText.js';

/** `later` is the span of the second key. */
export function duplicate(
  context: CheckContext,
  later: Span,
): { related: readonly Related[]; fixes: readonly Fix[] } {
  const text = context.textOf(later.file);
  const lines = new LineCounter();
  const found = text === undefined ? undefined : twice(text, later, lines);
  if (found === undefined) return { related: [], fixes: [] };
  const place = ({ range }: Node): Span => {
    const [from, to] = [lines.linePos(range![0]), lines.linePos(range![1])];
    return { file: later.file, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  const related = [{ span: place(found.first), message: 'written first here' }];
  if (found.isFlow) return { related, fixes: [] };
  const end = lastLine(text!, found.end, lines);
  return {
    related,
    fixes: [{ title: 'Remove this entry', edits: [withoutLines(later.file, later.line, end)] }],
  };
}

function twice(text: string, later: Span, lines: LineCounter) {
  const document = parseTolerant(text, lines);
  let found: { first: Node; end: number; isFlow: boolean } | undefined;
  if (document === undefined) return undefined;
  visit(document, {
    Map(_, map) {
      const pairs = map.items as Pair<Node, Node | null>[];
      const index = pairs.findIndex(({ key }) => isScalar(key) && isAt(key, later, lines));
      const name = index < 0 ? undefined : nameOf(pairs[index]!.key);
      const first = pairs.slice(0, Math.max(0, index)).find(({ key }) => nameOf(key) === name);
      if (name === undefined || first === undefined || !isMap(map)) return undefined;
      const { key, value } = pairs[index]!;
      found = {
        first: first.key,
        end: (value ?? key).range?.[1] ?? key.range![1],
        isFlow: map.flow === true,
      };
      return visit.BREAK;
    },
  });
  return found;
}

function isAt({ range }: Node, { line, column }: Span, lines: LineCounter): boolean {
  const at = lines.linePos(range?.[0] ?? 0);
  return at.line === line && at.col === column;
}

function nameOf(key: Node): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** A block collection extends to the start of the next line. */
function lastLine(text: string, end: number, lines: LineCounter): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1]!)) at -= 1;
  return lines.linePos(at).line;
}
