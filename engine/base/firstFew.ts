/** Names in a message: the first few and how many more there are. */

export function firstFew(names: readonly string[], most = 3, count = names.length): string {
  const shown = names.slice(0, most);
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
