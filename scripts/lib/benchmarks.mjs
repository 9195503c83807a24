// The benchmarks by their names, for whoever asks before anything is compiled.

/** What each measures, and for about how many minutes. */
export const benchmarks = {
  audio: { minutes: 1, about: 'encoding, mixing and resampling, beside the same in C' },
  protocol: { minutes: 1, about: 'messages read and written, beside one made by hand' },
  relay: { minutes: 5, about: 'sending to 1 to 2,000 pages, beside bare WebSockets and sockets' },
  server: {
    minutes: 5,
    about: 'round trips, throughput, streams and memory, beside a bare server',
  },
  growth: { minutes: 6, about: 'up to 2,000 programs and 32 devices' },
  latency: { minutes: 4, about: 'from a play request to the audio thread of a page in Chromium' },
  peers: { minutes: 7, about: 'the same work by PulseAudio, PipeWire and snapserver' },
};
