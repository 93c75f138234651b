/** The interpolations in a scalar's source, with their offsets, to find the one at a cursor. */
interface InterpolationSite {
  /** Offsets of `${` and after `}`; where it is not closed yet, the end of the text. */
  readonly start: number;
  readonly end: number;
  /** What is between them, or has been typed so far. */
  readonly content: string;
  /** A plain reference to a key; false for a call of a resolver. */
  readonly isReference: boolean;
  readonly isClosed: boolean;
}

/** `offset` is where the source begins in its text. Nested ones come after the one that contains them. */
export function interpolationSites(source: string, offset: number): InterpolationSite[] {
  const open: number[] = [];
  const sites: InterpolationSite[] = [];
  for (let at = 0; at < source.length; at += 1) {
    if (source.startsWith('${', at)) {
      open.push(at);
      at += 1;
    } else if (source[at] === '}' && open.length > 0) {
      sites.push(site(source, open.pop()!, at + 1, offset, true));
    }
  }
  for (const start of open) sites.push(site(source, start, source.length, offset, false));
  return sites.sort((a, b) => a.start - b.start);
}

function site(
  source: string,
  start: number,
  end: number,
  offset: number,
  isClosed: boolean,
): InterpolationSite {
  const content = source.slice(start + 2, isClosed ? end - 1 : end);
  return {
    start: offset + start,
    end: offset + end,
    content,
    isReference: !/[:${}]/.test(content),
    isClosed,
  };
}

/** The innermost one around the offset. */
export function interpolationAt(
  sites: readonly InterpolationSite[],
  offset: number,
): InterpolationSite | undefined {
  return sites.findLast(
    ({ start, end, isClosed }) => start + 2 <= offset && (isClosed ? offset < end : offset <= end),
  );
}
