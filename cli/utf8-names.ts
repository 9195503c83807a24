// Names on the wire are bytes, which the client library gives as one character each; people's are UTF-8.

export function encodeUtf8(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}

export function decodeUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
