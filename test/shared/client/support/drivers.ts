// For each request of the protocol: which method of the client sends it, and what that method then gives,
// told from the fields that the recordings were decoded to. Where no method can say what a recording says
// (a mode or mask that does not exist), the request goes through `calls`.
import type { Connection } from '#shared/client/connection';
import type { Attributes, Context } from '#shared/client/context';
import type { Property } from '#shared/client/device-properties';
import { predefinedAtoms } from '#shared/protocol/atoms';
import { contextAttributes, readAttributes } from '#shared/protocol/attributes';
import { type EncodingName, encodingNamed, encodings } from '#shared/protocol/encodings';
import { ALL_EVENTS_MASK, type EventName, events } from '#shared/protocol/events';
import type { Atom, ContextId } from '#shared/protocol/ids';
import type { RequestName, RequestOf } from '#shared/protocol/requests/index';

/** A recorded reply's fields; a test that looks at one that is not there compares with undefined. */
export type Info = Readonly<Record<string, unknown>>;

export interface Driven {
  readonly promise: Promise<unknown>;
  /** Whether a method said it, and not `calls`. */
  readonly isMethod: boolean;
  /** What the promise gives, after a reply with these fields and this data. */
  readonly expected?: (info: Info, extra: Uint8Array) => unknown;
}

/** One client that replays one conversation. */
export class Replayed {
  readonly connection: Connection;
  readonly #contexts = new Map<number, Context>();
  #createdCount = 0;
  readonly #base: number;
  readonly #askedAtoms = new Set<Atom | string>();

  constructor(connection: Connection, base: number) {
    this.connection = connection;
    this.#base = base;
  }

  readonly context = (id: ContextId): Context =>
    this.#contexts.get(id) ?? this.remember(id, 0, undefined);

  remember(id: ContextId, device: number, encoding: EncodingName | undefined): Context {
    const known = this.connection.devices[device] ? device : 0;
    const context = this.connection.useContext(id, known, encoding);
    this.#contexts.set(id, context);
    return context;
  }

  /** Whether the connection would choose this id for its next context; if so it is to be created. */
  isNext(id: ContextId): boolean {
    const isNext = id === this.#base + this.#createdCount;
    if (isNext) this.#createdCount += 1;
    return isNext;
  }

  /** Whether the client cannot know the answer yet. */
  isNews(atom: Atom | string): boolean {
    const isNews = !this.#askedAtoms.has(atom);
    this.#askedAtoms.add(atom);
    return isNews && !(atom in predefinedAtoms) && !(typeof atom === 'number' && atom <= 20);
  }
}

type Drivers = { readonly [N in RequestName]: (on: Replayed, value: RequestOf<N>) => Driven };

function method(promise: Promise<unknown>, expected?: Driven['expected']): Driven {
  return { promise, isMethod: true, ...(expected && { expected }) };
}

function call(promise: Promise<unknown>): Driven {
  return { promise, isMethod: false };
}

function attributesOf({
  mask,
  values,
}: {
  mask: number;
  values: number[];
}): Attributes | undefined {
  const known =
    contextAttributes.recordGainDb.mask |
    contextAttributes.playGainDb.mask |
    contextAttributes.preemption.mask |
    contextAttributes.encoding.mask;
  if ((mask & ~known) !== 0) return undefined;
  try {
    const { preemption, encoding, ...gains } = readAttributes(mask, values);
    const name = encoding === undefined ? undefined : encodingNamed(encoding);
    if ((preemption ?? 0) > 1 || (encoding !== undefined && name === undefined)) return undefined;
    return {
      ...gains,
      ...(preemption !== undefined && { preempts: preemption === 1 }),
      ...(name && { encoding: name }),
    };
  } catch {
    return undefined;
  }
}

const gainOf = (info: Info) => ({ gainDb: info.gain, minGainDb: info.min, maxGainDb: info.max });
const masksOf = (info: Info) => ({ oldMask: info.old, newMask: info.new });

function propertyOf({ type, data }: RequestOf<'ChangeProperty'>): Property {
  return { type, data };
}

export function formatOf(value: { encoding: number; channelCount: number }) {
  const encoding = encodingNamed(value.encoding);
  if (encoding === undefined || value.channelCount === 0) return undefined;
  const { bytesPerUnit } = encodings[encoding];
  if (bytesPerUnit === 0) return undefined;
  return { encoding, unitBytes: bytesPerUnit * value.channelCount };
}

export const drivers: Drivers = {
  SelectEvents: ({ connection, context }, value) => {
    if ((value.mask & ~ALL_EVENTS_MASK) !== 0)
      return call(connection.calls.tell('SelectEvents', value));
    const names = (Object.keys(events) as EventName[]).filter(
      (name) => (value.mask & (1 << events[name].type)) !== 0,
    );
    return method(context(value.context).selectEvents(names));
  },
  DialPhone: ({ connection, context }, value) =>
    value.number.length % 4 === 0
      ? call(connection.calls.tell('DialPhone', value))
      : method(context(value.context).phone.dial(value.number)),
  CreateAC: (on, value) => {
    const attributes = attributesOf(value);
    const encoding = attributes?.encoding;
    const isKnown = value.device < on.connection.devices.length;
    on.remember(value.context, value.device, encoding);
    if (attributes === undefined || !isKnown || !on.isNext(value.context)) {
      return call(on.connection.calls.tell('CreateAC', value));
    }
    return method(on.connection.createContext(value.device, attributes).then(({ id }) => id));
  },
  ChangeACAttributes: ({ connection, context }, value) => {
    const attributes = attributesOf(value);
    if (!attributes) return call(connection.calls.tell('ChangeACAttributes', value));
    return method(context(value.context).changeAttributes(attributes));
  },
  FreeAC: ({ context }, value) => method(context(value.context).free()),
  PlaySamples: ({ connection, context }, value) => {
    const format = formatOf(value);
    const isWhole = format !== undefined && value.samples.length % format.unitBytes === 0;
    if (value.noTimeReply) return call(connection.calls.tell('PlaySamples', value));
    if (!isWhole || value.samples.length === 0) {
      return call(connection.calls.ask('PlaySamples', value));
    }
    const { startTime, samples, channelCount, bigEndianSamples: isBigEndian } = value;
    const { encoding } = format;
    return method(
      context(value.context).play({ startTime, samples, channelCount, encoding, isBigEndian }),
      (info) => info.time,
    );
  },
  RecordSamples: ({ connection, context }, value) => {
    const format = formatOf(value);
    if (format === undefined || value.byteCount % format.unitBytes !== 0) {
      return call(connection.calls.ask('RecordSamples', value));
    }
    const {
      startTime,
      byteCount,
      channelCount,
      bigEndianSamples: isBigEndian,
      block: waits,
    } = value;
    const { encoding } = format;
    return method(
      context(value.context)
        .record({ startTime, byteCount, channelCount, encoding, isBigEndian, waits })
        .then(({ time, samples }) => ({ time, samples: Buffer.from(samples).toString('hex') })),
      (info, extra) => ({
        time: info.time,
        samples: Buffer.from(extra.subarray(0, Number(info.nbytes))).toString('hex'),
      }),
    );
  },
  GetTime: ({ context }, value) => method(context(value.context).getTime(), (info) => info.time),
  QueryExtension: ({ connection }, value) =>
    method(connection.extensions.query(value.name), (info) =>
      info.present === 0
        ? undefined
        : { opcode: info.major, firstEvent: info.firstEvent, firstError: info.firstError },
    ),
  ListExtensions: ({ connection }) => method(connection.extensions.list(), (info) => info.names),
  KillClient: ({ connection }, value) => method(connection.killClient(value.resource)),
  HookSwitch: ({ connection, context }, value) => {
    const { phone } = context(value.context);
    if (value.state > 1) return call(connection.calls.tell('HookSwitch', value));
    return method(value.state === 1 ? phone.pickUp() : phone.hangUp());
  },
  SetAccessControl: ({ connection }, value) =>
    value.mode > 1
      ? call(connection.calls.tell('SetAccessControl', value))
      : method(connection.hosts.setAccessControl(value.mode === 1)),
  ChangeHosts: ({ connection }, value) => {
    if (value.family !== 0) return call(connection.calls.tell('ChangeHosts', value));
    const { hosts } = connection;
    // Both ways of saying an address are used, by turns.
    const isText = value.address.length === 4 && (value.address[3] ?? 0) % 2 === 0;
    const address = isText ? value.address.join('.') : value.address;
    return method(value.mode === 'insert' ? hosts.add(address) : hosts.remove(address));
  },
  ListHosts: ({ connection }) =>
    method(
      connection.hosts.list().then(({ isEnabled, hosts }) => ({
        enabled: isEnabled ? 1 : 0,
        hosts: hosts.map(({ family, text }) => `${family}:${text}`),
      })),
      ({ enabled, hosts }) => ({ enabled, hosts }),
    ),
  SetInputGain: ({ context }, value) =>
    method(context(value.context).controls.setInputGain(value.gainDb)),
  SetOutputGain: ({ context }, value) =>
    method(context(value.context).controls.setOutputGain(value.gainDb)),
  QueryInputGain: ({ context }, value) =>
    method(context(value.context).controls.inputGain(), gainOf),
  QueryOutputGain: ({ context }, value) =>
    method(context(value.context).controls.outputGain(), gainOf),
  EnableInput: ({ context }, value) =>
    value.mask === 0
      ? method(context(value.context).controls.inputs(), (info) => info.new)
      : method(context(value.context).controls.enableInputs(value.mask), masksOf),
  EnableOutput: ({ context }, value) =>
    value.mask === 0
      ? method(context(value.context).controls.outputs(), (info) => info.new)
      : method(context(value.context).controls.enableOutputs(value.mask), masksOf),
  DisableInput: ({ context }, value) =>
    method(context(value.context).controls.disableInputs(value.mask), masksOf),
  DisableOutput: ({ context }, value) =>
    method(context(value.context).controls.disableOutputs(value.mask), masksOf),
  SyncConnection: ({ connection }) => method(connection.sync()),
  QueryPhone: ({ context }, value) =>
    method(context(value.context).phone.state(), (info) => ({
      isOffHook: info.hook !== 0,
      hasLoopCurrent: info.loop !== 0,
    })),
  EnablePassThrough: ({ connection, context }, value) => {
    const { controls } = context(value.context);
    if (value.mask === 0) return method(controls.passThrough(), (info) => info.new !== 0);
    if (value.mask === 1) return method(controls.setPassThrough(true), (info) => info.old !== 0);
    return call(connection.calls.ask('EnablePassThrough', value));
  },
  DisablePassThrough: ({ connection, context }, value) => {
    const { controls } = context(value.context);
    if (value.mask === 1) return method(controls.setPassThrough(false), (info) => info.old !== 0);
    return call(connection.calls.ask('DisablePassThrough', value));
  },
  FlashHook: ({ context }, value) => method(context(value.context).phone.flash(value.durationMs)),
  ChangeProperty: ({ context }, value) =>
    method(context(value.context).properties.change(value.property, propertyOf(value), value.mode)),
  DeleteProperty: ({ context }, value) =>
    method(context(value.context).properties.delete(value.property)),
  GetProperty: ({ connection, context }, value) => {
    if (value.delete > 1) return call(connection.calls.ask('GetProperty', value));
    const { property, type, longOffset, longLength } = value;
    const deleteAtEnd = value.delete === 1;
    return method(
      context(value.context)
        .properties.part(property, { type, longOffset, longLength, deleteAtEnd })
        .then((part) => ({ ...part, data: part.data.length })),
      ({ format, type: found, bytesAfter, items }) => ({
        format,
        type: found,
        bytesAfter,
        data: items,
      }),
    );
  },
  ListProperties: ({ context }, value) =>
    method(context(value.context).properties.list(), (info) => info.atoms),
  InternAtom: (on, value) => {
    const { atoms, calls } = on.connection;
    if (!on.isNews(value.name)) return call(calls.ask('InternAtom', value));
    const asked = value.onlyIfExists ? atoms.find(value.name) : atoms.intern(value.name);
    asked.then((atom) => atom && on.isNews(atom)).catch(() => {});
    return method(asked, (info) => (info.atom === 0 ? undefined : info.atom));
  },
  GetAtomName: (on, value) => {
    const { atoms, calls } = on.connection;
    return on.isNews(value.atom)
      ? method(atoms.nameOf(value.atom), (info) => info.name)
      : call(calls.ask('GetAtomName', value));
  },
  EnableGainControl: ({ connection, context }, value) =>
    value.mask === 1
      ? method(context(value.context).controls.setGainControl(true), (info) => info.old === 0)
      : call(connection.calls.ask('EnableGainControl', value)),
  DisableGainControl: ({ connection, context }, value) =>
    value.mask === 1
      ? method(context(value.context).controls.setGainControl(false), (info) => info.old === 0)
      : call(connection.calls.ask('DisableGainControl', value)),
  NoOperation: ({ connection }) => method(connection.noOperation()),
};
