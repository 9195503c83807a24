// What is looked at in place, what is copied, and what an idle connection holds on to.
import { describe, expect, it } from 'vitest';
import { FrameBuffer } from '#shared/wire/frame-buffer';
import { RequestReader } from '#shared/wire/request-reader';
import { build } from '#test/support/byte-builder';
import { isReleased } from '#test/support/garbage';
import { type Bytes, plainSetup } from '#test/support/streams';

function numbered(byteCount: number): Bytes {
  return Uint8Array.from({ length: byteCount }, (_byte, index) => index & 0xff);
}

function frameOf({ cursor, start }: FrameBuffer): Bytes {
  return cursor.bytes.slice(start, cursor.end);
}

describe('a frame buffer', () => {
  it('looks at a frame that arrived whole where it lies', () => {
    const buffer = new FrameBuffer();
    const chunk = numbered(20);
    buffer.push(chunk);
    expect(buffer.take(8)).toBe(true);
    expect(buffer.cursor.bytes.buffer).toBe(chunk.buffer);
    buffer.consume();
    expect(buffer.take(12)).toBe(true);
    expect(buffer.cursor.bytes.buffer).toBe(chunk.buffer);
    expect(frameOf(buffer)).toEqual(chunk.slice(8));
  });

  it('copies a frame that straddles chunks, and goes back to looking in place after it', () => {
    const buffer = new FrameBuffer();
    const [first, second] = [numbered(10), numbered(30)];
    buffer.push(first);
    expect(buffer.take(16)).toBe(false);
    buffer.push(second);
    expect(buffer.take(16)).toBe(true);
    expect(buffer.cursor.bytes.buffer).not.toBe(first.buffer);
    expect(buffer.cursor.bytes.buffer).not.toBe(second.buffer);
    expect(frameOf(buffer)).toEqual(Uint8Array.from([...first, ...second.slice(0, 6)]));
    buffer.consume();
    expect(buffer.take(24)).toBe(true);
    expect(buffer.cursor.bytes.buffer).toBe(second.buffer);
    expect(frameOf(buffer)).toEqual(second.slice(6));
  });

  it('keeps a copy of what was not taken, when the chunk is to change', () => {
    const buffer = new FrameBuffer();
    const chunk = numbered(40);
    const expected = chunk.slice();
    buffer.push(chunk, 30);
    expect(buffer.take(8)).toBe(true);
    buffer.consume();
    buffer.keep();
    chunk.fill(0xaa);
    expect(buffer.take(12)).toBe(true);
    expect(frameOf(buffer)).toEqual(expected.slice(8, 20));
    buffer.consume();
    expect(buffer.take(16)).toBe(false);
    buffer.keep();
    chunk.set(expected);
    buffer.push(chunk, 6);
    expect(buffer.take(16)).toBe(true);
    expect(frameOf(buffer)).toEqual(Uint8Array.from([...expected.slice(20, 30), 0, 1, 2, 3, 4, 5]));
  });

  it('may be asked for less first, as for a header, and then for the whole', () => {
    const buffer = new FrameBuffer();
    const bytes = numbered(100);
    for (let at = 0; at < 100; at += 1) {
      buffer.push(bytes.slice(at, at + 1));
      expect(buffer.take(4)).toBe(at >= 3);
      expect(buffer.take(100)).toBe(at === 99);
    }
    expect(frameOf(buffer)).toEqual(bytes);
  });

  it('keeps what is handed out intact when more arrives', () => {
    const buffer = new FrameBuffer();
    buffer.push(numbered(3));
    buffer.take(6);
    buffer.push(numbered(9));
    expect(buffer.take(6)).toBe(true);
    const view = buffer.cursor.bytes.subarray(buffer.start, buffer.cursor.end);
    const copy = view.slice();
    buffer.consume();
    expect(buffer.take(8)).toBe(false);
    buffer.push(numbered(50).fill(0xee));
    expect(buffer.take(8)).toBe(true);
    expect(view).toEqual(copy);
  });

  it('refuses a chunk while the last one is not used up, because that is a mistake of its user', () => {
    const buffer = new FrameBuffer();
    buffer.push(numbered(8));
    expect(buffer.take(4)).toBe(true);
    buffer.consume();
    expect(() => buffer.push(numbered(8))).toThrow(RangeError);
  });

  it('throws away from what was copied first, then from the chunk', () => {
    const buffer = new FrameBuffer();
    buffer.push(numbered(3));
    buffer.take(4);
    buffer.push(numbered(10));
    expect(buffer.take(4)).toBe(true);
    expect(buffer.discard(6)).toBe(6);
    expect(buffer.take(7)).toBe(true);
    expect(frameOf(buffer)).toEqual(numbered(10).slice(3));
    buffer.consume();
    expect(buffer.discard(5)).toBe(0);
  });

  it('grows with the bytes that are there, not with what is asked for', () => {
    const before = process.memoryUsage().arrayBuffers;
    const buffers = Array.from({ length: 100 }, () => {
      const buffer = new FrameBuffer();
      buffer.push(numbered(10));
      expect(buffer.take(16 * 1024 * 1024)).toBe(false);
      return buffer;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
    expect(buffers).toHaveLength(100);
  });
});

describe('an idle connection lets go of', () => {
  const header = build('little').u8(127, 0).u16(50).build();
  const wholeRequests = build('little').bytes(header).zeros(196).bytes(header).zeros(196).build();

  it.each([
    ['the chunk whose requests were all read', [wholeRequests]],
    ['chunks of which one request was put together', [header, new Uint8Array(196)]],
    [
      'what an oversize request brought',
      [Uint8Array.of(127, 0, 0xff, 0xff), new Uint8Array(9_000)],
    ],
    ['what ended an oversize request', [Uint8Array.of(127, 0, 1, 64), new Uint8Array(65_536)]],
  ])('%s', async (_what, chunks) => {
    const reader = new RequestReader();
    reader.push(plainSetup('little'));
    reader.nextSetup();
    reader.next();
    const references = chunks.map((chunk) => {
      const copy = chunk.slice();
      reader.push(copy);
      while (reader.next());
      return new WeakRef(copy.buffer);
    });
    // The last chunk of all connections stays known.
    const other = new RequestReader();
    other.push(plainSetup('little'));
    other.nextSetup();
    for (const reference of references) expect(await isReleased(reference)).toBe(true);
    expect(reader.next()).toBeUndefined();
  });
});
