/** How foreign values are shown in messages: short, whatever their depth, and without control characters. */

const MAX_SHOWN = 80;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Text of a file with control characters and changes of the writing direction escaped; line feeds and tabs stay. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** A JSON value of a file. Nested thousands deep it has no text: `JSON.stringify` recurses. */
export function shownJson(value: unknown): string {
  try {
    return printable((JSON.stringify(value) ?? 'missing').slice(0, MAX_SHOWN));
  } catch (error) {
    if (error instanceof RangeError) return 'a value that is nested too deeply';
    throw error;
  }
}
