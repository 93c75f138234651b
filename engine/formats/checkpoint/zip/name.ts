/** Which names of entries every reader reads alike. */

/** PyTorch's reader cuts longer ones off. */
const MAX_BYTES = 511;
const UTF8_FLAG = 0x0800;
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What two readers could read differently, as the end of a sentence that begins with the name. */
export function nameProblem(bytes: Buffer, flags: number): string | undefined {
  if (bytes.length === 0) return 'is an entry without a name';
  if (bytes.length > MAX_BYTES)
    return `has a name of ${bytes.length} bytes, of which PyTorch reads ${MAX_BYTES}`;
  const name = decoded(bytes);
  if (name === undefined) return 'has a name that is not UTF-8';
  if (bytes.some((byte) => byte >= 0x80) && (flags & UTF8_FLAG) === 0)
    return 'has a name beyond ASCII that is not marked as UTF-8, so readers guess its encoding';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  if (/[\u0000-\u001f\u007f]/.test(name))
    return 'has a control character in its name, where some readers end it';
  if (name.includes('\\')) return 'has a backslash in its name, which separates folders for some readers';
  if (/^(\/|[A-Za-z]:)/.test(name)) return 'has an absolute path as its name';
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'has a path that leaves its folder as its name';
  return undefined;
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}
