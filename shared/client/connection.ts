// A connection to an AudioFile server, over any stream of bytes: what a program holds.
import { writeAttributes } from '#shared/protocol/attributes';
import type { ContextId } from '#shared/protocol/ids';
import type { ByteOrder, SetupAccepted } from '#shared/protocol/setup';
import { Atoms } from './atoms.ts';
import type { ByteStream } from './byte-stream.ts';
import type { Calls } from './calls.ts';
import { type Attributes, Context, type ContextHome, toWire } from './context.ts';
import { type Device, describeDevice } from './device.ts';
import type { ConnectionError } from './errors.ts';
import type { EventFilter, EventOptions, EventSubscription } from './events.ts';
import { Extensions } from './extensions.ts';
import { Hosts } from './hosts.ts';
import { ResourceIds } from './resource-ids.ts';
import { type Authorization, Session } from './session.ts';
import { type StopSignal, stoppable, throwIfStopped } from './stop-signal.ts';

export interface ConnectOptions {
  /** The order of the bytes of numbers on this connection; little unless told otherwise. */
  readonly byteOrder?: ByteOrder | undefined;
  readonly authorization?: Authorization | undefined;
  /** Stops the set-up, with the signal's reason. */
  readonly signal?: StopSignal | undefined;
}

/** The stream belongs to the connection, and is closed when connecting fails. */
export async function connectAudioFile(
  stream: ByteStream,
  options: ConnectOptions = {},
): Promise<Connection> {
  const session = new Session(stream, options.byteOrder !== 'big');
  try {
    throwIfStopped(options.signal);
    const setup = await stoppable(session.setUp(options.authorization), options.signal);
    return new Connection(session, setup);
  } catch (error) {
    session.abort();
    throw error;
  }
}

/**
 * Requests are pipelined: each call sends at once, and many may be under way. A call that the protocol does
 * not answer resolves when something later shows that it was done, at the latest a round trip from now.
 */
export class Connection {
  readonly vendor: string;
  /** The release of the server's software. */
  readonly release: number;
  readonly devices: readonly Device[];
  readonly atoms: Atoms;
  readonly hosts: Hosts;
  readonly extensions: Extensions;
  /** Every request as the protocol has it, for what the rest of this class does not offer. */
  readonly calls: Calls;
  /** Resolves when the connection has ended, however it did. */
  readonly ended: Promise<ConnectionError>;
  readonly #session: Session;
  readonly #ids: ResourceIds;
  readonly #home: ContextHome;

  /** Use `connectAudioFile`. */
  constructor(session: Session, setup: SetupAccepted) {
    this.#session = session;
    this.#ids = new ResourceIds(setup.resourceIdBase, setup.resourceIdMask);
    this.vendor = setup.vendor;
    this.release = setup.release;
    this.devices = setup.devices.map(describeDevice);
    this.calls = session;
    this.ended = session.ended;
    this.atoms = new Atoms(session);
    this.hosts = new Hosts(session);
    this.extensions = new Extensions(session);
    this.#home = {
      calls: session,
      events: session.events,
      atoms: this.atoms,
      maxRequestBytes: 4 * setup.maxRequestUnits,
      release: (id) => this.#ids.giveBack(id),
    };
  }

  /** Creates a context on a device, or on the one at that position of `devices`. */
  async createContext(device: Device | number, attributes: Attributes = {}): Promise<Context> {
    const target = this.#deviceOf(device);
    const id = this.#ids.take();
    const written = writeAttributes(toWire(attributes));
    try {
      await this.calls.tell('CreateAC', { context: id, device: target.index, ...written });
    } catch (error) {
      this.#ids.giveBack(id);
      throw error;
    }
    return new Context(this.#home, id, target, attributes.encoding ?? target.playEncoding);
  }

  /** A context that another client created, which servers let everybody use; nothing is sent for it. */
  useContext(
    id: number,
    device: Device | number,
    encoding = this.#deviceOf(device).playEncoding,
  ): Context {
    return new Context(this.#home, id as ContextId, this.#deviceOf(device), encoding);
  }

  /** Events of all devices that contexts of this connection have selected, from now on. */
  events(filter: EventFilter = {}, options: EventOptions = {}): EventSubscription {
    return this.#session.events.subscribe(filter, options);
  }

  /** Resolves when the server has done all that was asked before. */
  async sync(): Promise<void> {
    await this.calls.ask('SyncConnection', {});
  }

  /** Does nothing, there and back. */
  noOperation(): Promise<void> {
    return this.calls.tell('NoOperation', {});
  }

  /** Disconnects the client that owns a resource id. The original always answers BadImplementation. */
  killClient(resource: number): Promise<void> {
    return this.calls.tell('KillClient', { resource });
  }

  /** Ends the connection when all that was asked is done. Calling it again waits for the same end. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** Ends the connection at once; what is under way fails. */
  abort(): void {
    this.#session.abort();
  }

  #deviceOf(device: Device | number): Device {
    if (typeof device !== 'number') return device;
    const found = this.devices[device];
    if (found) return found;
    throw new RangeError(
      `The server has no device ${device}: its ${this.devices.length} devices are numbered from 0.`,
    );
  }
}
