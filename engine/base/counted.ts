/** Counts in messages: `1 epoch`, `12,000 epochs`. */

/** With commas; `toLocaleString` takes 40 ms to start. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 key`, `12,000 keys`; pass the plural of an irregular noun. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}
