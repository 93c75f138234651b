/** The bytes of a typed array, without a copy: what it shows, not the whole buffer behind it. */
export function byteView({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
