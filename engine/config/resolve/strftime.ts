/** The directives of Python's strftime that configs use in folder and file names. */

const two = (value: number): string => String(value).padStart(2, '0');
const DIRECTIVES: Readonly<Record<string, (now: Date) => string>> = {
  Y: (now) => String(now.getFullYear()),
  y: (now) => two(now.getFullYear() % 100),
  m: (now) => two(now.getMonth() + 1),
  d: (now) => two(now.getDate()),
  H: (now) => two(now.getHours()),
  M: (now) => two(now.getMinutes()),
  S: (now) => two(now.getSeconds()),
  f: (now) => `${String(now.getMilliseconds()).padStart(3, '0')}000`,
  '%': () => '%',
};

/** `format` filled in with the local time `now`; `refuse` makes the error for a directive that is not known. */
export function strftime(format: string, now: Date, refuse: (what: string) => Error): string {
  return format.replace(/%(.?)/gs, (whole, letter: string) => {
    const directive = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
    if (directive === undefined) {
      throw refuse(
        `has the unsupported directive '${whole}'; supported are ${Object.keys(DIRECTIVES)
          .map((name) => `%${name}`)
          .join(' ')}`,
      );
    }
    return directive(now);
  });
}
