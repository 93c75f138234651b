/** An explanation as Markdown for a hover. Whatever a name holds stays text: no markup, link or image comes of it. */
import { onOneLine, shownLine, shownName } from '../base/shown.js';
import type { ExpectedTensor, KeyExplanation } from './explainTypes.js';
import { fateText, type PlaceWords, pathText, tensorText, writtenText } from './explainWords.js';

export function explanationMarkdown(explanation: KeyExplanation, places?: PlaceWords): string {
  const { key, meaning, file, expected, verdict, adaptFate, why, fix } = explanation;
  const lines = [
    `**${code(shownName(key))}**  `,
    plain(shownLine(meaning)),
    '',
    `- in the file: ${typeof file === 'string' ? file : fileMarkdown(explanation)}`,
    ...(typeof expected === 'string' ? [`- expected: ${expected}`] : expectedLines(expected, places)),
    `- **${verdict}**: ${plain(why)}`,
    ...(adaptFate === undefined ? [] : [`- adapt: ${plain(fateText(adaptFate))}`]),
    ...(fix === undefined ? [] : ['', fenced(fix)]),
  ];
  return lines.join('\n');
}

function fileMarkdown({ file, stateDict }: KeyExplanation): string {
  if (typeof file === 'string') return file;
  const where = stateDict === undefined ? '' : `, in ${code(shownName(stateDict))}`;
  const aliases = file.aliases.map((alias) => `, the same tensor as ${code(shownName(alias))}`);
  return `${code(tensorText(file))}${where}${aliases.join('')}`;
}

function expectedLines(expected: ExpectedTensor, places: PlaceWords | undefined): string[] {
  const dimensions = expected.dimensions.map(({ size, meaning, parts, setBy }) => {
    const what = parts === undefined ? meaning : `${meaning} (${parts})`;
    const sources = setBy.map(
      (source) => `${code(pathText(source.path))}${plain(writtenText(source, places))}`,
    );
    return `  - ${code(String(size))} ${plain(what)}${sources.length === 0 ? '' : ` ← ${sources.join(', ')}`}`;
  });
  return [`- expected: ${code(tensorText(expected))}`, ...dimensions];
}

/** Every ASCII punctuation mark escaped, so that nothing is markup and nothing is linked by itself. */
function plain(text: string): string {
  return onOneLine(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Inside, nothing but a run of backticks of the same length is markup. */
function code(text: string): string {
  const line = onOneLine(text);
  const fence = '`'.repeat(longestRun(line) + 1);
  const space = /^[` ]|[` ]$/.test(line) ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

function fenced(text: string): string {
  const line = onOneLine(text);
  const fence = '`'.repeat(Math.max(3, longestRun(line) + 1));
  return `${fence}sh\n${line}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
