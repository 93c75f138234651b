/** An explanation for a terminal: one fact per line, names of files escaped. */
import { MAX_MESSAGE, onOneLine, shownLine, shownName } from '../../base/shown.js';
import { placeText } from '../../config/node.js';
import type { ConfigSource, ExpectedTensor, KeyExplanation } from './types.js';
import { fateText, otherPath, type PlaceWords, pathText, tensorText } from './words.js';

type Row = readonly [name: string, lines: readonly string[]];

export function explanationText(explanation: KeyExplanation, places: PlaceWords = placeText): string {
  const { key, meaning, expected, verdict, adaptFate, why, fix } = explanation;
  const rows: readonly Row[] = [
    ['in the file', fileLines(explanation)],
    ['expected', typeof expected === 'string' ? [expected] : expectedLines(expected, places)],
    ['verdict', [`${verdict}: ${why}`]],
    ['adapt', adaptFate === undefined ? [] : [fateText(adaptFate)]],
    ['fix', fix === undefined ? [] : [fix]],
  ];
  const body = rows.flatMap(([name, lines]) =>
    lines.map((line, position) => `  ${(position === 0 ? name : '').padEnd(11)}  ${onOneLine(line)}`),
  );
  return [shownName(key), `  ${shownLine(meaning, MAX_MESSAGE)}`, ...body].join('\n');
}

function fileLines({ file, stateDict }: KeyExplanation): string[] {
  if (file === 'absent' && stateDict !== undefined) return [`absent from ${stateDict}`];
  if (typeof file === 'string') return [file];
  const where = stateDict === undefined ? '' : `, in ${stateDict}`;
  return [
    `${tensorText(file)}${where}`,
    ...file.aliases.map((alias) => `the same tensor as ${shownName(alias)}`),
  ];
}

function expectedLines(expected: ExpectedTensor, places: PlaceWords): string[] {
  const width = Math.max(0, ...expected.shape.map((size) => String(size).length));
  const dimensions = expected.dimensions.map(({ size, meaning, parts, setBy }) => {
    const what = parts === undefined ? meaning : `${meaning} (${parts})`;
    const sources = setBy.map((source) => sourceText(source, places));
    return `${String(size).padStart(width)}  ${what}${sources.length === 0 ? '' : ` ← ${sources.join(', ')}`}`;
  });
  return [tensorText(expected), ...dimensions];
}

function sourceText(source: ConfigSource, places: PlaceWords): string {
  const { path, place } = source;
  if (place === undefined) return pathText(path);
  const other = otherPath(source);
  return `${pathText(path)} (${other === undefined ? '' : `${other} in `}${places(place)})`;
}
