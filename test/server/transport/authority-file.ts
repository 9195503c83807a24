// Builds X authority files byte by byte.

export interface Record {
  readonly family: number;
  readonly address: Uint8Array | string;
  readonly number: string;
  readonly name?: string;
  readonly data: Uint8Array;
}

function counted(content: Uint8Array | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export function authorityFile(...records: Record[]): Buffer {
  return Buffer.concat(
    records.flatMap(({ family, address, number, name = 'MIT-MAGIC-COOKIE-1', data }) => {
      const head = Buffer.alloc(2);
      head.writeUInt16BE(family);
      return [head, counted(address), counted(number), counted(name), counted(data)];
    }),
  );
}
