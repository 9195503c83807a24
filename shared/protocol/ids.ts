// Numbers that must not be mixed up, each with a type of its own. They are plain numbers at run time.

declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Ticks of one device's clock, modulo 2^32; compared only with the functions of shared/audio/time. */
export type DeviceTime = Branded<'DeviceTime'>;
/** An audio context's resource id, chosen by the client that creates it. */
export type ContextId = Branded<'ContextId'>;
/** A name interned by the server. */
export type Atom = Branded<'Atom'>;
/** A device's position in the list that the set-up reply gives. */
export type DeviceIndex = Branded<'DeviceIndex'>;
