// Bounds of the protocol itself. Bounds that a gateway's owner may set are in the server's configuration.

/** What a server announces; the original library reads the number as bytes, so it must not shrink. */
export const MAX_REQUEST_UNITS = 16_384;
/** The longest request that is looked at; longer ones, up to 65,535 units, are BadLength. */
export const MAX_REQUEST_BYTES = MAX_REQUEST_UNITS * 4;
/** The longest request that the 16-bit length field can announce. */
export const MAX_FRAMED_BYTES = 0xffff * 4;

/** The most that one request of the original library carries, header not counted (its 8 KiB buffer). */
export const LIBRARY_CHUNK_BYTES = 8_192 - 20;

/** Replies, events and errors are never shorter; events and errors never longer. */
export const PACKET_BYTES = 32;

/** Sample rates that devices, contexts and microphones may have. */
export const MIN_RATE_HZ = 4_000;
export const MAX_RATE_HZ = 192_000;

export const FIRST_EXTENSION_OPCODE = 128;
export const FIRST_EXTENSION_EVENT = 64;

/** A client's resource ids: its own number above these bits, and bit 19 clear. */
export const RESOURCE_ID_MASK = 0x000f_ffff;
export const SERVER_RESOURCE_BIT = 0x0008_0000;
