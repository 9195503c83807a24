// WebSockets byte by byte, for tests that send what no library would.

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;
export const FINAL = 0x80;
export const COMPRESSED = 0x40;

/** The request that opens one. */
export function upgradeRequest(path: string, host: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    ...[`Host: ${host}`, 'Upgrade: websocket', 'Connection: Upgrade'],
    ...['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 13'],
    ...['Sec-WebSocket-Extensions: permessage-deflate', '', ''],
  ].join('\r\n');
}

const MASKED = 0x80;
const LENGTH_IN_16_BITS = 126;
/** Masks nothing, so that payloads stay readable. */
const MASK = [0, 0, 0, 0];

/** One frame of less than 64 KiB; `first` is its opcode and flags. */
export function webSocketFrame(first: number, payload: Uint8Array, isMasked = true): Buffer {
  const mask = isMasked ? MASKED : 0;
  const { length } = payload;
  const lengthBytes =
    length < LENGTH_IN_16_BITS
      ? [mask | length]
      : [mask | LENGTH_IN_16_BITS, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([first, ...lengthBytes, ...(isMasked ? MASK : [])]), payload]);
}
