// The table of devices.
import { encodings } from '#shared/protocol/encodings';
import type { DeviceStatus } from '#shared/relay/status';
import { channelsInWords, rateInWords } from './in-words.ts';

export function Devices({ devices }: { devices: readonly DeviceStatus[] }) {
  return (
    <section aria-labelledby="devices">
      <h2 id="devices">Devices</h2>
      {devices.length === 0 ? <p>This gateway has no devices.</p> : <Table devices={devices} />}
    </section>
  );
}

function Table({ devices }: { devices: readonly DeviceStatus[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">
            No.
          </th>
          <th scope="col">Name</th>
          <th scope="col">Rate</th>
          <th scope="col">Channels</th>
          <th scope="col">Encoding</th>
        </tr>
      </thead>
      <tbody>
        {devices.map(({ index, name, rateHz, channelCount, encoding }) => (
          <tr key={index}>
            <td class="number">{index}</td>
            <th scope="row">{name}</th>
            <td class="rate">{rateInWords(rateHz)}</td>
            <td>{channelsInWords(channelCount)}</td>
            <td title={encodings[encoding].doc}>{encoding}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
