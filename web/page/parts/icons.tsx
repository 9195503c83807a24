// Small pictures. They say nothing that the text beside them does not say.

const paths = {
  listen: 'M4 9v6h4l5 4V5L8 9H4z M16 8.5a5 5 0 0 1 0 7 M18.5 6a8.5 8.5 0 0 1 0 12',
  speak:
    'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z M6 11a6 6 0 0 0 12 0 M12 17v4 M9 21h6',
  stop: 'M7 7h10v10H7z',
  file: 'M9 18V6l10-2v12 M9 18a2.5 2.5 0 1 1-2.5-2.5A2.5 2.5 0 0 1 9 18z M19 16a2.5 2.5 0 1 1-2.5-2.5A2.5 2.5 0 0 1 19 16z',
  record: 'M12 6a6 6 0 1 0 0 12a6 6 0 1 0 0-12z',
  why: 'M4 19V5 M4 19h16 M8 15v-4 M12 15V8 M16 15v-2',
  close: 'M6 6l12 12 M18 6L6 18',
  muted: 'M4 9v6h4l5 4V5L8 9H4z M16.5 9.5l5 5 M21.5 9.5l-5 5',
  microphoneOff:
    'M15 11V6a3 3 0 0 0-5.8-1 M9 9v2a3 3 0 0 0 4.6 2.5 M6 11a6 6 0 0 0 9.6 4.8 M18 11a6 6 0 0 1-.5 2.4 M12 17v4 M9 21h6 M4 4l16 16',
  phone:
    'M6.2 3.5h3l1.6 4.2-2.1 1.6a12 12 0 0 0 6 6l1.6-2.1 4.2 1.6v3a2.2 2.2 0 0 1-2.3 2.2A16 16 0 0 1 4 5.8a2.2 2.2 0 0 1 2.2-2.3z',
  hangUp:
    'M3.2 14.8c-.9-4 4-6.8 8.8-6.8s9.7 2.8 8.8 6.8l-.4 1.5-4.8-.9-.4-3a11 11 0 0 0-6.4 0l-.4 3-4.8.9z',
  play: 'M8 5l11 7-11 7z',
  pause: 'M8 5v14 M16 5v14',
  bin: 'M5 7h14 M10 7V4h4v3 M7 7l1 13h8l1-13 M10.5 11v5 M13.5 11v5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** Bars that move while there is sound. */
export function Bars() {
  return (
    <span class="bars" aria-hidden="true">
      <span />
      <span />
      <span />
      <span />
    </span>
  );
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <path d="M6 16h2m3-5v10m4.5-14v18m4.5-15v12m4-8v4" />
    </svg>
  );
}
