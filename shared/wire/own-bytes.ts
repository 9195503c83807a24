// Bytes of a socket, as the rest of the code knows them.

/** The same memory: what a socket gave is never in memory that threads share, whatever its type allows. */
export function ownBytes(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = chunk;
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(chunk);
}
