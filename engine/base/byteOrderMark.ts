/** The mark (U+FEFF) with which Windows editors and tools begin a UTF-8 file; it is not part of the text. */

export const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/** `text` without it; also in the form it takes where its bytes were read one by one. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
}
