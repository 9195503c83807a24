// Where the web side gets what it tells of the gateway.
import type { Device } from '#server/devices/face';
import type { ApiSources } from '#server/http/api';
import type { MetricSources } from '#server/http/metrics';
import { type Relay, settingsOf } from '#server/relay/index';
import { version } from '#server/root';
import type { DeviceDetails, DeviceStatus, DoorStatus } from '#shared/relay/status';
import type { SoundServer } from './sound-server.ts';

export interface GatewayParts {
  readonly sound: SoundServer;
  readonly relay: Relay;
}

export interface ApiParts extends GatewayParts {
  /** Those that are open; more may come. */
  readonly doors: readonly DoorStatus[];
  readonly serverNumber: number;
}

export function apiSources({ sound, relay, doors, serverNumber }: ApiParts): ApiSources {
  const startMs = performance.now();
  const devices = () => sound.devices.devices;
  return {
    status: () => ({
      version,
      uptimeSeconds: Math.floor((performance.now() - startMs) / 1_000),
      serverNumber,
      doors,
      devices: devices().map(deviceStatus),
    }),
    devices() {
      const listeners = relay.listeners();
      const speakers = relay.speakers();
      const countOf = (pages: readonly { device: string }[], { name }: Device) =>
        pages.filter(({ device }) => device === name).length;
      return devices().map(
        (device, index): DeviceDetails => ({
          ...deviceStatus(device, index),
          hasPhoneLine: device.phone !== undefined,
          settings: settingsOf(device),
          listenerCount: countOf(listeners, device),
          speakerCount: countOf(speakers, device),
        }),
      );
    },
    clients: () => sound.dispatch.clients(),
    listeners: () => relay.listeners(),
    speakers: () => relay.speakers(),
    telephones: () => sound.exchanges.statuses(),
  };
}

export function metricSources({
  sound: { dispatch, exchanges },
  relay,
}: GatewayParts): MetricSources {
  const { counters } = relay;
  return {
    clients: () => dispatch.clients().length,
    playingStreams: () => dispatch.playing().length,
    pages: () => relay.pageCount,
    listeners: () => relay.listeners().length,
    speakers: () => relay.speakers().length,
    playedBytes: () => dispatch.total().playedByteCount,
    recordedBytes: () => dispatch.total().recordedByteCount,
    latePlays: () => dispatch.total().latePlayCount,
    sentFrames: () => counters.sentFrames,
    sentBytes: () => counters.sentBytes,
    droppedFrames: () => counters.droppedFrames,
    heardFrames: () => counters.heardFrames,
    heardBytes: () => counters.heardBytes,
    lateHeardFrames: () => counters.lateHeardFrames,
    calls: () => exchanges.counts.all(),
  };
}

function deviceStatus(device: Device, index: number): DeviceStatus {
  const { name, rateHz, channelCount, encoding } = device;
  return { index, name, rateHz, channelCount, encoding };
}
