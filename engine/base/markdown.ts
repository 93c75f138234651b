/** Foreign text inside Markdown: whatever it holds stays text and never becomes markup, a link or an image. */
import { onOneLine } from './shown.js';

/** Every ASCII punctuation mark escaped, so that nothing is markup and nothing is linked by itself. */
export function plain(text: string): string {
  return onOneLine(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** As inline code: inside, nothing but a run of backticks of the same length is markup. */
export function code(text: string): string {
  const line = onOneLine(text) || '""';
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = /^[` ]|[` ]$/.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A block with one line of a shell. */
export function shellBlock(text: string): string {
  const line = onOneLine(text);
  const fence = '`'.repeat(Math.max(3, longestRun(line) + 1));
  return `${fence}sh\n${line}\n${fence}`;
}

function longestRun(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
}
