/** The page's texts in the user's language: English is the key, and the fallback without a translation. */

let words: Readonly<Record<string, string>> = {};

export function setWords(translated: Readonly<Record<string, string>>): void {
  words = translated;
}

/** `{0}`, `{1}` … stand for the values. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const found = Object.hasOwn(words, text) ? words[text]! : text;
  return found.replace(/\{(\d)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
