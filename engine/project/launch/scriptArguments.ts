/** What a person types after a script's name, as the words that the script receives. */
import { parseShell } from '../shell/parser.js';
import type { Word } from '../shell/words.js';

/** Quotes are removed; anything that a shell would expand stays as typed. */
export function wordsTyped(text: string): readonly string[] {
  const line = `: ${text.replace(/[\r\n]+/g, ' ')}`;
  const [command] = parseShell(line);
  return (command?.words ?? []).slice(1).map((word) => wordText(word, line));
}

function wordText({ pieces }: Word, line: string): string {
  return pieces
    .map((piece) => (piece.kind === 'text' ? piece.text : line.slice(piece.start, piece.end)))
    .join('');
}
