// Dispatch and devices on the clocks and files of this machine, as a configuration says.

import type { Configuration } from '#server/config';
import { ConfigError } from '#server/config/config-error';
import type { Clock, Timers } from '#server/devices/face';
import {
  createDeviceSet,
  type DevicePorts,
  defaultDevices,
  type InterfaceDescription,
  type VirtualDeviceSet,
} from '#server/devices/index';
import { type Connection, createDispatch, type Dispatch } from '#server/dispatch/index';
import { type Log, reasonOf } from '#server/log';
import { Exchanges } from '#server/telephone/index';
import { localAddresses, readCookies } from './access-files.ts';
import type { AddressLimits } from './address-limits.ts';
import { createHostsFile } from './hosts-file.ts';
import { machineTimers } from './machine-timers.ts';

export interface SoundServer {
  readonly devices: VirtualDeviceSet;
  readonly dispatch: Dispatch;
  readonly exchanges: Exchanges;
  /** Takes the connection over until it ends. */
  accept(connection: Connection): void;
  /** Throws a ConfigError where a reload with this could not be done. */
  checkReload(configuration: Configuration): void;
  /**
   * Takes over limits, devices and access control, and reads cookies and hosts anew; connections stay, and
   * so do hosts that clients inserted. To be checked before.
   */
  reload(configuration: Configuration): void;
  /** Lets what plays fade out, then ends every connection once what was written to it has left. */
  close(): Promise<void>;
}

const VENDOR = 'AudioFile gateway';
/** The original's last: programs that look at it know this one. */
const RELEASE = 3;
const EXTENSIONS = ['AFTime', 'GATEWAY'];
const FADE_MS = 50;

/** What devices and relay take for the time. */
export interface ServerTime {
  readonly clock: Clock;
  readonly timers: Timers;
}

const clock: Clock = { nowMs: () => performance.now() };

export const machineTime: ServerTime = { clock, timers: machineTimers(clock) };

export async function createSoundServer(
  configuration: Configuration,
  log: Log,
  addressLimits: Pick<AddressLimits, 'setUps' | 'cookies'>,
  { clock, timers }: ServerTime,
): Promise<SoundServer> {
  const onError = (error: unknown) =>
    log.error('a listener of a device failed', { reason: String(error) });
  const ports = { clock, timers, onError };
  let current = configuration;
  const devices = fittingDevices(ports, descriptionsOf(current));
  const hostsFile = createHostsFile(log, setImmediate);
  const hosts = await hostsFile.read(configuration.hostsFile);
  const limits = { ...configuration.limits };
  const dispatch = createDispatch({
    devices,
    clock,
    timers,
    soon: setImmediate,
    wallClockMs: Date.now,
    access: {
      isEnabled: configuration.accessControl,
      readCookies: () => readCookies(current.authFile, log),
      readHosts: () => hosts,
      localAddresses,
      hostsChanged(addresses) {
        if (current.keepHosts) hostsFile.keep(addresses);
      },
      cookieGuesses: addressLimits.cookies,
    },
    setUpRate: addressLimits.setUps,
    limits,
    log,
    vendor: VENDOR,
    release: RELEASE,
    extensions: EXTENSIONS,
    nameProperties: true,
  });

  const exchanges = new Exchanges({
    devices,
    clock,
    timers,
    log,
    numberDialed: dispatch.numberDialed,
  });

  return {
    devices,
    dispatch,
    exchanges,
    accept: (connection) => dispatch.accept(connection),
    checkReload: (changed) => void fittingDevices(ports, descriptionsOf(changed)),
    reload(changed) {
      Object.assign(limits, changed.limits);
      replaceDevices(devices, descriptionsOf(current), descriptionsOf(changed));
      // Only a change counts: clients of this machine may have switched it meanwhile.
      if (changed.accessControl !== current.accessControl) {
        dispatch.server.access.isEnabled = changed.accessControl;
      }
      current = changed;
      dispatch.reloadAccess();
      void hostsFile.read(changed.hostsFile).then((read) => {
        // A later reload reads a later file.
        if (current === changed) dispatch.reloadHosts(read);
      });
    },
    async close() {
      exchanges.close();
      const hasSound = devices.fadeOut(FADE_MS);
      if (hasSound) await new Promise((resolve) => setTimeout(resolve, FADE_MS));
      dispatch.close();
      hostsFile.flush();
    },
  };
}

function descriptionsOf({ devices }: Configuration): readonly InterfaceDescription[] {
  return devices ?? defaultDevices;
}

/** Throws a ConfigError where they do not fit each other. Only who uses them makes them cost anything. */
function fittingDevices(
  ports: DevicePorts,
  descriptions: readonly InterfaceDescription[],
): VirtualDeviceSet {
  try {
    return createDeviceSet(ports, descriptions);
  } catch (error) {
    throw new ConfigError(
      'AF_BAD_VALUE',
      `The devices of the configuration do not fit each other: ${reasonOf(error)}`,
    );
  }
}

/** Interfaces that did not change stay as they are, with all that plays on them. */
function replaceDevices(
  devices: VirtualDeviceSet,
  before: readonly InterfaceDescription[],
  after: readonly InterfaceDescription[],
): void {
  const text = (description: InterfaceDescription) => JSON.stringify(description);
  const kept = new Set(after.map(text));
  const present = new Set(before.map(text));
  for (const description of before) {
    if (!kept.has(text(description))) devices.remove(description.name);
  }
  for (const description of after) {
    if (!present.has(text(description))) devices.add(description);
  }
}
