// Two ends of a stream in memory, as tests of client and server use them.
import { describe, expect, it } from 'vitest';
import { type ByteStream, createStreamPair } from '#shared/client/index';
import { turn } from './support/scripted-peer.ts';

function listenTo(stream: ByteStream): string[] {
  const heard: string[] = [];
  stream.receive({
    bytes: (chunk) => heard.push(Buffer.from(chunk).toString()),
    drained: () => heard.push('drained'),
    closed: (error) => heard.push(error ? 'failed' : 'closed'),
  });
  return heard;
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('a pair of streams in memory', () => {
  it('carries bytes both ways, in order, and never within the call that wrote them', async () => {
    const [one, other] = createStreamPair();
    const [heardByOne, heardByOther] = [listenTo(one), listenTo(other)];
    expect(one.write(bytes('a'))).toBe(true);
    one.write(bytes('b'));
    other.write(bytes('c'));
    expect(heardByOther).toEqual([]);
    await turn();
    expect(heardByOther).toEqual(['a', 'b']);
    expect(heardByOne).toEqual(['c']);
  });

  it('holds what comes before somebody receives, the end included', async () => {
    const [one, other] = createStreamPair();
    one.write(bytes('early'));
    one.close();
    await turn();
    const heard = listenTo(other);
    await turn();
    expect(heard).toEqual(['early', 'closed']);
  });

  it('ends at both ends once, after what was written before', async () => {
    const [one, other] = createStreamPair();
    const [heardByOne, heardByOther] = [listenTo(one), listenTo(other)];
    one.write(bytes('last'));
    one.close();
    one.close();
    other.write(bytes('too late'));
    await turn();
    other.close();
    await turn();
    expect(heardByOther).toEqual(['last', 'closed']);
    expect(heardByOne).toEqual(['closed']);
  });
});
