// What `af help TOPIC` tells besides the commands.
import { encodings } from '#shared/protocol/encodings';
import { exitCodes } from './exit-codes.ts';

interface Topic {
  readonly summary: string;
  text(): string;
}

export const topics: Readonly<Record<string, Topic>> = {
  'exit-codes': {
    summary: 'the numbers that af leaves to scripts',
    text: () =>
      Object.values(exitCodes)
        .map(({ number, meaning }) => `${String(number).padStart(5)}  ${meaning}`)
        .join('\n'),
  },
  servers: {
    summary: 'how a server is named',
    text: () =>
      [
        'A server is named as with the original AudioFile: "host:N" is the server number N of a host over',
        'TCP (port 1411 + N), ":N" and "unix:N" are the one of this machine over its UNIX socket.',
        'The name is taken from --server, else from the variable AUDIOFILE, else from DISPLAY.',
        'A cookie for it is looked up in the file that XAUTHORITY names, else in ~/.Xauthority.',
      ].join('\n'),
  },
  devices: {
    summary: 'how a device is chosen',
    text: () =>
      [
        'A device is given by its name or its number; "af devices" lists both.',
        'Without one, sound of music quality goes to the device with the most channels and then the highest',
        'rate (hifi, unless the server was configured otherwise), and speech (mono and 8 kHz) to the first',
        'device that is no telephone line (codec).',
      ].join('\n'),
  },
  encodings: {
    summary: 'the encodings of samples and their names',
    text: () =>
      Object.entries(encodings)
        .filter(([, { bytesPerUnit }]) => bytesPerUnit > 0)
        .map(([name, { aliases, doc }]) => `  ${name.padEnd(10)} ${doc} (${aliases.join(', ')})`)
        .join('\n'),
  },
};
