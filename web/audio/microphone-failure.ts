// Why there is no microphone, as people should hear it: what happened, and what to do.
import type { MicrophoneState } from './face.ts';

type Failure = MicrophoneState & { readonly kind: 'failed' };

export const INSECURE: Failure = {
  kind: 'failed',
  code: 'insecure',
  message:
    'Browsers give a microphone only to secure pages: open this one by https, or as localhost on the machine itself.',
};

export const FORBIDDEN: Failure = {
  kind: 'failed',
  code: 'forbidden',
  message:
    'The token of this page does not let it speak: ask whoever runs the gateway for one that does.',
};

export function microphoneLost(): Failure {
  return {
    kind: 'failed',
    code: 'lost',
    message: 'The microphone was taken away: plug it in or allow it again, and press the button.',
  };
}

/** What `getUserMedia` rejects with, by name. */
const KNOWN: Readonly<Record<string, Pick<Failure, 'code' | 'message'>>> = {
  NotAllowedError: {
    code: 'denied',
    message:
      'The browser may not use the microphone here: allow it in the site settings, beside the address, and press the button again.',
  },
  NotFoundError: {
    code: 'missing',
    message: 'There is no microphone: plug one in, and press the button again.',
  },
  OverconstrainedError: {
    code: 'missing',
    message: 'No microphone can do what is asked of it: try another one.',
  },
  NotReadableError: {
    code: 'other',
    message:
      'The microphone cannot be opened, perhaps because another program uses it: close that, and press the button again.',
  },
};

export function microphoneFailure(error: unknown): Failure {
  const name = error instanceof Error ? error.name : '';
  const known = KNOWN[name];
  if (known) return { kind: 'failed', ...known };
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: 'other', message: `The microphone cannot be opened: ${why}` };
}
