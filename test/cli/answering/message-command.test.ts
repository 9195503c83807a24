// The command for each message: its words, its environment, and how it ends.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { messageCommand, runMessageCommand, splitWords } from '#cli/answering/message-command';

const message = {
  id: '2026-11-20T13-45-10.250Z_12.4s',
  file: '/messages/$& of today.wav',
  receivedAt: '2026-11-20T13:45:10.250Z',
  durationSeconds: 12.4,
};

async function run(text: string, { shell = false, limitSeconds = 10 } = {}) {
  const output = new PassThrough();
  let written = '';
  output.setEncoding('utf8').on('data', (part: string) => {
    written += part;
  });
  const environment = { PATH: process.env.PATH ?? '' };
  const command = messageCommand(text, shell, limitSeconds);
  const failure = await runMessageCommand(command, message, { environment, output });
  await new Promise(setImmediate);
  return { failure, written };
}

describe('the words of a command', () => {
  it.each([
    ['mail-me {}', ['mail-me', '{}']],
    ['  a\tb  ', ['a', 'b']],
    [`say 'two words' "and 'more'" x`, ['say', 'two words', "and 'more'", 'x']],
    [`--file='{}'.bak ""`, ['--file={}.bak', '']],
    ['echo $HOME; rm *', ['echo', '$HOME;', 'rm', '*']],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each(["say 'x", 'say "x', `it's`])('cannot be told in %j', (text) => {
    expect(() => splitWords(text)).toThrow('A quote is not closed');
  });
});

describe('a command', () => {
  it('gets the file in the place of {}, in one word whatever its name is', async () => {
    const { failure, written } = await run("printf '<%s>' {} 'to {}'");
    expect(written).toBe(`<${message.file}><to ${message.file}>`);
    expect(failure).toBeUndefined();
  });

  it('finds the file, its time and its length in the environment', async () => {
    const text = 'echo "$AF_MESSAGE_FILE|$AF_MESSAGE_TIME|$AF_MESSAGE_SECONDS|{}"';
    const { written } = await run(text, { shell: true });
    expect(written).toBe(`${message.file}|${message.receivedAt}|12.4|{}\n`);
  });

  it.each([
    ['false', 'it ended with 1'],
    ['no-such-program {}', 'it could not be started: spawn no-such-program ENOENT'],
  ])('says of %j how it failed', async (text, failure) => {
    expect((await run(text)).failure).toBe(failure);
  });

  it('is ended, with all that it started, when it takes too long', async () => {
    const { failure } = await run('sleep 60 & sleep 60', { shell: true, limitSeconds: 0.05 });
    expect(failure).toBe('it took longer than 0.05 s and was ended');
  });
});
