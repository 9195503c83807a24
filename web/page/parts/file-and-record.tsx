// A sound file to play on a device, and a recording of what it plays or hears.
import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { DeviceModel } from '../model/device.ts';
import type { FilePlay } from '../model/file-play.ts';
import type { Recording, RecordSource } from '../model/recording.ts';
import { bytesInWords, clockTime, percentInWords } from '../words/in-words.ts';
import { recordSources, recordSourceWords } from '../words/record-words.ts';
import { Icon } from './icons.tsx';

export function FileAndRecord({ device }: { device: DeviceModel }) {
  const { name } = device.listing.value;
  const input = useRef<HTMLInputElement>(null);
  const filePlay = device.filePlay.value;
  const whyNot = device.whyNot('control');
  return (
    <>
      <button
        type="button"
        disabled={whyNot !== undefined}
        title={whyNot}
        onClick={() => input.current?.click()}
      >
        <Icon name="file" />
        Play a file …<span class="unseen"> on {name}</span>
      </button>
      <input
        ref={input}
        type="file"
        accept="audio/*"
        hidden
        aria-label={`Sound file to play on ${name}`}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) device.playFile(file);
          // So that the same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <Record device={device} />
      {filePlay && <FileProgress device={device} filePlay={filePlay} />}
    </>
  );
}

/** One button begins and ends a recording, so that whoever works with keys stays on it. */
function Record({ device }: { device: DeviceModel }) {
  const source = useSignal<RecordSource>('plays');
  const recording = device.recording.value;
  return (
    <div class={recording ? 'record on' : 'record'}>
      <button
        type="button"
        class={recording ? 'recording' : ''}
        onClick={() => (recording ? device.stopRecording() : device.record(source.value))}
      >
        <Icon name={recording ? 'stop' : 'record'} />
        {recording ? (
          <SaveWords device={device} recording={recording} />
        ) : (
          <>
            {recordSourceWords[source.value].button}
            <span class="unseen"> of {device.listing.value.name}</span>
          </>
        )}
      </button>
      {!recording && <SourceChoice device={device} source={source} />}
    </div>
  );
}

function SaveWords({ device, recording }: { device: DeviceModel; recording: Recording }) {
  const { seconds, byteCount } = recording.size.value;
  return (
    <>
      Save the recording
      <span class="unseen">
        {' '}
        of {recordSourceWords[recording.source].inWords(device.listing.value.name)}
      </span>
      <span class="figures">
        {clockTime(seconds)} · {bytesInWords(byteCount)}
      </span>
    </>
  );
}

interface SourceChoiceProps {
  readonly device: DeviceModel;
  readonly source: Signal<RecordSource>;
}

function SourceChoice({ device, source }: SourceChoiceProps) {
  return (
    <select
      aria-label={`What is recorded of ${device.listing.value.name}`}
      value={source.value}
      onChange={({ currentTarget }) => {
        source.value = recordSources[currentTarget.selectedIndex] ?? 'plays';
      }}
    >
      {recordSources.map((each) => (
        <option
          key={each}
          value={each}
          disabled={each === 'hears' && device.whyNot('control') !== undefined}
        >
          {recordSourceWords[each].choice}
        </option>
      ))}
    </select>
  );
}

function FileProgress({ device, filePlay }: { device: DeviceModel; filePlay: FilePlay }) {
  const share = filePlay.progress.value;
  return (
    <div class="file-progress">
      <span class="file-name">{filePlay.fileName}</span>
      <progress
        max={1}
        value={share}
        aria-label={`Progress of ${filePlay.fileName}`}
        aria-valuetext={percentInWords(share)}
      />
      <button type="button" class="plain" onClick={() => device.stopFile()}>
        <Icon name="stop" />
        Stop<span class="unseen"> playing {filePlay.fileName}</span>
      </button>
    </div>
  );
}
