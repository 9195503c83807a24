// What `af help TOPIC` tells besides the commands.
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';
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
        `TCP (port ${AUDIOFILE_BASE_PORT} + N), ":N" and "unix:N" are the one of this machine over its UNIX socket.`,
        'The name is taken from --server, else from the variable AUDIOFILE, else from DISPLAY. Where none of them',
        'is set it is the server 0 of this machine: over its UNIX socket, or else over TCP (127.0.0.1:0).',
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
  times: {
    summary: 'how device times and durations are written',
    text: () =>
      [
        'Durations are written like 2s, 500ms, 1.5m or 1:30; a bare number is seconds.',
        'Every device has a clock of its own that counts frames: it starts somewhere, counts at the rate of the',
        'device and begins again at 0 after 2^32 frames (6.2 days at 8 kHz, 24.8 hours at 48 kHz). "af time"',
        'shows the clocks. Sound is played and recorded at such times exactly; "+2s" is 2 s from now, "-3s" is',
        '3 s ago. A device keeps about 4 s of what it heard and takes about 4 s of what it is to play.',
      ].join('\n'),
  },
  'answering-machine': {
    summary: 'what the answering machine does with a call',
    text: () =>
      [
        '"af answer" waits for the telephone to ring, and picks up at the second ring (--rings). It plays a',
        'greeting (--greeting, otherwise four notes) and beeps. From the end of the beep on, to the frame, it',
        'keeps what the caller says, until 4 s of silence (--silence; below -40 dB of full scale, --below), the',
        'key #, the end of the call, or 3 minutes (--max). Then it hangs up and waits for the next call.',
        'The silence at the end, but for a quarter of a second, and the tone of the key are cut off. Where nothing',
        'was said there is no message.',
        'Messages are WAV files (--folder), named by the time at which they began and their length, such as',
        '2026-11-20T13-45-10.250Z_12.4s.wav; what ends in .part is being recorded. A machine that died leaves such',
        'a file, which the next one makes whole. In the folder that nobody named, which is that of the gateway of',
        'this user on this machine, the page lists and plays them.',
        'For each message, --command runs a program: its words are divided at blanks (quotes keep them together),',
        '{} is the file, and there is no shell unless --shell is given. The variables AF_MESSAGE_FILE,',
        'AF_MESSAGE_SECONDS and AF_MESSAGE_TIME tell the rest. It has a minute (--command-limit), and where it',
        'fails the machine says so and goes on. With --json each call is a line of JSON on standard output.',
        'Ctrl-C in a message keeps what was said, hangs up, and ends. When the server goes away, the machine keeps',
        'what was said and waits for it to come back.',
      ].join('\n'),
  },
  pipes: {
    summary: 'standard input and output, and what to put around them',
    text: () =>
      [
        'A file name of - is standard input or output, and what is left out is the same.',
        '  ffmpeg -i music.mp3 -f wav - | af play -',
        '  espeak-ng --stdout hello | af play',
        '  af record - | sox --ignore-length -t wav - sound.flac',
        'Sound without a header is described by --encoding, --rate and --channels.',
        'Answers go to standard output and everything else to standard error, so that pipes stay clean; --json',
        'makes an answer one JSON value, or one object a line where there is no last one (events, watching).',
        'A program that stops reading is no error: af ends, with exit code 0.',
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
