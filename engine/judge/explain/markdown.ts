/** An explanation as Markdown for a hover. */
import { code, plain, shellBlock } from '../../base/markdown.js';
import { MAX_MESSAGE, shownLine, shownName } from '../../base/shown.js';
import { placeText } from '../../config/node.js';
import type { ConfigSource, ExpectedTensor, KeyExplanation } from './types.js';
import { fateText, otherPath, type PlaceWords, pathText, tensorText } from './words.js';

/** `places` writes Markdown, a link for example; by default the path as text. */
export function explanationMarkdown(
  explanation: KeyExplanation,
  places: PlaceWords = (place) => plain(placeText(place)),
): string {
  const { key, meaning, file, expected, verdict, adaptFate, why, fix } = explanation;
  const lines = [
    `**${code(shownName(key))}**  `,
    plain(shownLine(meaning, MAX_MESSAGE)),
    '',
    `- in the file: ${typeof file === 'string' ? file : fileMarkdown(explanation)}`,
    ...(typeof expected === 'string' ? [`- expected: ${expected}`] : expectedLines(expected, places)),
    `- **${verdict}**: ${plain(why)}`,
    ...(adaptFate === undefined ? [] : [`- adapt: ${plain(fateText(adaptFate))}`]),
    ...(fix === undefined ? [] : ['', shellBlock(fix)]),
  ];
  return lines.join('\n');
}

function fileMarkdown({ file, stateDict }: KeyExplanation): string {
  if (typeof file === 'string') return file;
  const where = stateDict === undefined ? '' : `, in ${code(shownName(stateDict))}`;
  const aliases = file.aliases.map((alias) => `, the same tensor as ${code(shownName(alias))}`);
  return `${code(tensorText(file))}${where}${aliases.join('')}`;
}

function expectedLines(expected: ExpectedTensor, places: PlaceWords): string[] {
  const dimensions = expected.dimensions.map(({ size, meaning, parts, setBy }) => {
    const what = parts === undefined ? meaning : `${meaning} (${parts})`;
    const sources = setBy.map((source) => sourceMarkdown(source, places)).join(', ');
    return `  - ${code(String(size))} ${plain(what)}${sources === '' ? '' : ` ← ${sources}`}`;
  });
  return [`- expected: ${code(tensorText(expected))}`, ...dimensions];
}

function sourceMarkdown(source: ConfigSource, places: PlaceWords): string {
  const { path, place } = source;
  const other = otherPath(source);
  const where =
    place === undefined ? '' : `${other === undefined ? '' : `${code(other)} in `}${places(place)}`;
  return `${code(pathText(path))}${where === '' ? '' : ` (${where})`}`;
}
