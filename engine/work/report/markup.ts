/** HTML that is safe against injection: whatever a template inserts is escaped, unless it is markup itself. */

export class Markup {
  constructor(readonly text: string) {}
}

type Filling = Markup | string | number | undefined | readonly Filling[];

/** Escapes every inserted value; lists are joined, undefined inserts nothing. */
export function html(parts: TemplateStringsArray, ...fillings: readonly Filling[]): Markup {
  return new Markup(parts.map((part, i) => part + (i < fillings.length ? textOf(fillings[i]) : '')).join(''));
}

function textOf(filling: Filling): string {
  if (filling === undefined) return '';
  if (filling instanceof Markup) return filling.text;
  if (Array.isArray(filling)) return filling.map(textOf).join('');
  return escaped(String(filling));
}

function escaped(text: string): string {
  return Array.from(text, safe).join('');
}

function safe(character: string): string {
  const code = character.codePointAt(0)!;
  if ('&<>"\'`'.includes(character)) return `&#${code};`;
  const control = (code < 32 && !'\t\n\r'.includes(character)) || (code >= 127 && code <= 159);
  const halfPair = code >= 0xd800 && code <= 0xdfff;
  // Bidirectional controls would let a name rearrange the page's words.
  const marks = code === 0x061c || code === 0x200e || code === 0x200f;
  const turns = marks || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return control || halfPair || turns ? '\ufffd' : character;
}

/** JSON for a script element that holds data, with every character escaped that could end the element. */
export function jsonMarkup(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
