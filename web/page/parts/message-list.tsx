// The messages that callers left: to hear, and to delete.
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { VoiceMessage } from '#shared/relay/voice-message';
import type { GatewayModel } from '../model/gateway.ts';
import { amplitudeOf } from '../model/listening.ts';
import type { Messages } from '../model/messages.ts';
import { clockTime } from '../words/in-words.ts';
import {
  lengthInWords,
  messageNotPlayed,
  newMessagesInWords,
  whenInWords,
} from '../words/phone-words.ts';
import { Icon } from './icons.tsx';
import { TroubleBox } from './trouble.tsx';

const POLL_MS = 30_000;
/** An answering machine has written its file by then. */
const AFTER_CALL_MS = 1_500;

export interface MessageListProps {
  readonly gateway: GatewayModel;
  readonly messages: Messages;
  /** Why this page may not delete them; undefined where it may. */
  readonly whyNotDelete: string | undefined;
}

export function MessageList({ gateway, messages, whyNotDelete }: MessageListProps) {
  useRefresh(gateway, messages);
  const list = messages.list.value;
  if (!list || list.length === 0) return null;
  return <FilledList {...{ gateway, messages, whyNotDelete, list }} />;
}

/** While somebody may see them, when the gateway comes, and after each call. */
function useRefresh(gateway: GatewayModel, messages: Messages): void {
  useSignalEffect(() => {
    if (gateway.state.value.kind === 'live') void messages.refresh();
  });
  useSignalEffect(() => {
    const isFree = gateway.devices.value.every(
      ({ phone }) => (phone.state.value.line?.use ?? 'free') === 'free',
    );
    if (!isFree) return;
    const timer = setTimeout(() => void messages.refresh(), AFTER_CALL_MS);
    return () => clearTimeout(timer);
  });
  useEffect(() => {
    const look = () => {
      if (!document.hidden && gateway.state.value.kind === 'live') void messages.refresh();
    };
    const timer = setInterval(look, POLL_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [gateway, messages]);
}

/** The one that plays, or is stopped in its middle. */
interface Playback {
  readonly id: string;
  readonly isPlaying: boolean;
  readonly seconds: number;
}

interface FilledListProps extends MessageListProps {
  readonly list: readonly VoiceMessage[];
}

function FilledList({ gateway, messages, whyNotDelete, list }: FilledListProps) {
  const { masterVolume, isMuted } = gateway.preferences;
  const audio = useRef<HTMLAudioElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const playback = useSignal<Playback | undefined>(undefined);
  const hasFailed = useSignal(false);
  useSignalEffect(() => {
    const volume = isMuted.value ? 0 : amplitudeOf(masterVolume.value);
    if (audio.current) audio.current.volume = volume;
  });

  function follow(): void {
    const element = audio.current;
    const { value } = playback;
    if (!element || !value) return;
    playback.value = { ...value, isPlaying: !element.paused, seconds: element.currentTime };
  }

  function toggle(id: string): void {
    const element = audio.current;
    if (!element) return;
    hasFailed.value = false;
    if (playback.value?.id === id && !element.paused) {
      element.pause();
      return;
    }
    if (playback.value?.id !== id) {
      element.src = messages.urlOf(id);
      playback.value = { id, isPlaying: true, seconds: 0 };
    }
    messages.heard(id);
    element.play().catch((error: unknown) => {
      // Another one was started meanwhile.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      playback.value = undefined;
      hasFailed.value = true;
    });
  }

  async function remove(id: string): Promise<void> {
    if (playback.value?.id === id) {
      audio.current?.pause();
      playback.value = undefined;
    }
    heading.current?.focus();
    await messages.remove(id);
  }

  const newCount = messages.newCount.value;
  return (
    <section class="messages" aria-labelledby="messages">
      <h4 id="messages" ref={heading} tabIndex={-1}>
        Messages{' '}
        <span class={newCount > 0 ? 'count new' : 'count'}>{newMessagesInWords(newCount)}</span>
      </h4>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what callers said */}
      <audio
        ref={audio}
        preload="none"
        onTimeUpdate={follow}
        onPlay={follow}
        onPause={follow}
        onEnded={() => {
          playback.value = undefined;
        }}
      />
      {hasFailed.value && <TroubleBox words={messageNotPlayed} />}
      <ul>
        {list.map((message) => (
          <MessageRow
            key={message.id}
            message={message}
            isNew={messages.isNew(message.id)}
            playback={playback}
            onToggle={() => toggle(message.id)}
            onSeek={(seconds) => {
              if (audio.current) audio.current.currentTime = seconds;
            }}
            whyNotDelete={whyNotDelete}
            onRemove={() => void remove(message.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface MessageRowProps {
  readonly message: VoiceMessage;
  readonly isNew: boolean;
  readonly playback: Signal<Playback | undefined>;
  readonly onToggle: () => void;
  readonly onSeek: (seconds: number) => void;
  readonly whyNotDelete: string | undefined;
  readonly onRemove: () => void;
}

function MessageRow(props: MessageRowProps) {
  const { message, isNew, playback, onToggle, onSeek, whyNotDelete, onRemove } = props;
  const own = playback.value?.id === message.id ? playback.value : undefined;
  const isPlaying = own?.isPlaying ?? false;
  const when = whenInWords(message.receivedAt, new Date());
  const length = lengthInWords(message.durationSeconds);
  return (
    <li class={isNew ? 'new' : ''}>
      <button
        type="button"
        class="round"
        aria-label={`${isPlaying ? 'Pause' : 'Play'} the message of ${when}`}
        onClick={onToggle}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </button>
      <p>
        {isNew && <b class="mark">New</b>}
        <time dateTime={message.receivedAt}>{when}</time>
        <span class="quiet">{length}</span>
      </p>
      <Remove when={when} whyNot={whyNotDelete} onRemove={onRemove} />
      {own && (
        <div class="message-progress">
          <input
            type="range"
            min={0}
            max={message.durationSeconds}
            step={0.1}
            value={own.seconds}
            aria-label={`Place in the message of ${when}`}
            aria-valuetext={`${lengthInWords(own.seconds)} of ${length}`}
            onInput={({ currentTarget }) => onSeek(currentTarget.valueAsNumber)}
          />
          <span class="quiet" aria-hidden="true">
            {clockTime(own.seconds)}
          </span>
        </div>
      )}
    </li>
  );
}

interface RemoveProps {
  readonly when: string;
  readonly whyNot: string | undefined;
  readonly onRemove: () => void;
}

/** It is asked again, because nothing brings a message back. */
function Remove({ when, whyNot, onRemove }: RemoveProps) {
  const isAsking = useSignal(false);
  const sure = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAsking.value) sure.current?.focus();
  }, [isAsking.value]);
  if (!isAsking.value) {
    return (
      <button
        type="button"
        class="plain"
        disabled={whyNot !== undefined}
        title={whyNot}
        aria-label={`Delete the message of ${when} …`}
        onClick={() => {
          isAsking.value = true;
        }}
      >
        <Icon name="bin" />
      </button>
    );
  }
  return (
    <span class="sure">
      <button ref={sure} type="button" class="hang-up" onClick={onRemove}>
        Delete<span class="unseen"> the message of {when}</span>
      </button>
      <button
        type="button"
        onClick={() => {
          isAsking.value = false;
        }}
      >
        Keep<span class="unseen"> it</span>
      </button>
    </span>
  );
}
