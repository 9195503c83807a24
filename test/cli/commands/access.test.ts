// af hosts and af kill: who may connect, who is connected, and the end of that.
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '#test/integration/support/gateway';
import { askAf, runAf } from './support/in-process.ts';
import { openStrangersDoor, startPlainServer } from './support/servers.ts';

describe('af hosts', () => {
  it('lists, adds and removes hosts', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    const added = await runAf(['hosts', 'add', '10.1.2.3', '10.1.2.4'], { server });
    expect(added).toEqual({ code: 0, stdout: '', stderr: '' });
    const { stdout } = await runAf(['hosts'], { server });
    expect(stdout).toMatch(/^Access control is on: .*\n {2}10\.1\.2\.4\n {2}10\.1\.2\.3\n/);
    const removed = await askAf(['hosts', 'remove', '10.1.2.4'], { server });
    expect(removed).toMatchObject({ isEnabled: true });
    expect(removed).toHaveProperty(['hosts', 0], { family: 0, address: '10.1.2.3' });
  });

  it('looks names up', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    await runAf(['hosts', 'remove', '127.0.0.1'], { server });
    const after = await askAf(['hosts', 'add', 'localhost'], { server });
    expect(after).toHaveProperty(['hosts', 0, 'address'], '127.0.0.1');
  });

  it('switches access control off and on', async (test) => {
    const { serverNumber } = await startTestGateway(test);
    const server = `unix:${serverNumber}`;
    expect(await askAf(['hosts', 'off'], { server })).toMatchObject({ isEnabled: false });
    const { stdout } = await runAf(['hosts', 'list'], { server });
    expect(stdout).toContain('Access control is off: anybody may connect.');
    expect(await askAf(['hosts', 'on'], { server })).toMatchObject({ isEnabled: true });
  });

  it.for([
    [['add'], 'No host was named'],
    [['off', '10.1.2.3'], '"af hosts off" takes no host'],
    [['frobnicate'], 'Allowed choices are list, add, remove, on, off'],
    [['add', 'nosuchhost.invalid'], '"nosuchhost.invalid" has no IPv4 address'],
  ] as const)('ends with 2 for %j', async ([args, sentence], test) => {
    const { serverNumber } = await startTestGateway(test);
    const ended = await runAf(['hosts', ...args], { server: `unix:${serverNumber}` });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});

describe.runIf(process.platform === 'linux')('a client from elsewhere', () => {
  it.for([[['hosts', 'add', '10.1.2.3']], [['hosts', 'off']], [['kill']], [['kill', '1']]])(
    'ends with 4 for %j and learns from where it may be done',
    async ([args = []], test) => {
      const { serverNumber } = await startTestGateway(test, { accessControl: false });
      const server = await openStrangersDoor(test, serverNumber);
      const { code, stdout, stderr } = await runAf(args, { server });
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toContain('(BadAccess)');
      expect(stderr).toContain('Do it from the machine that the server runs on.');
    },
  );
});

describe('af kill', () => {
  it('lists the clients with what they did, itself among them', async (test) => {
    const { serverNumber, connect } = await startTestGateway(test);
    const other = await connect();
    const context = await other.createContext(1);
    await context.play({ startTime: 0, samples: new Uint8Array(800) });
    const clients = await askAf(['kill'], { server: `unix:${serverNumber}` });
    expect(clients).toMatchObject([
      { number: 1, contextCount: 1, playedByteCount: 800, isThisCommand: false },
      { peer: 'unix', isThisCommand: true },
    ]);
    const { stdout } = await runAf(['kill'], { server: `unix:${serverNumber}` });
    expect(stdout).toMatch(/^ +1 +127\.0\.0\.1:\d+ +1 +\d+ +0 +800 +0 +\d+$/m);
    expect(stdout).toMatch(/^ +\d+ +unix .* \(this command\)$/m);
  });

  it('disconnects the client with that number', async (test) => {
    const { serverNumber, connect } = await startTestGateway(test);
    const [victim, bystander] = [await connect(), await connect()];
    const { code, stdout } = await runAf(['kill', '1'], { server: `unix:${serverNumber}` });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Disconnected client 1 \(127\.0\.0\.1:\d+\)\.\n$/);
    expect((await victim.ended).code).toBe('lost');
    await bystander.sync();
  });

  it('disconnects the client that owns a resource id', async (test) => {
    const { serverNumber, connect } = await startTestGateway(test);
    const victim = await connect();
    const { id } = await victim.createContext(1);
    const answer = await askAf(['kill', `0x${id.toString(16)}`], {
      server: `unix:${serverNumber}`,
    });
    expect(answer).toMatchObject({ disconnected: { number: 1 } });
    expect((await victim.ended).code).toBe('lost');
  });

  it.for([
    ['9', 'The server has no client 9: "af kill" without a number lists'],
    ['1', 'Client 1 is this command itself'],
    ['one', 'It must be a whole number'],
  ])('ends with 2 for client %s', async ([client = '', sentence = ''], test) => {
    const { serverNumber } = await startTestGateway(test);
    const ended = await runAf(['kill', client], { server: `unix:${serverNumber}` });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it('ends with 4 where the server cannot list its clients', async (test) => {
    const { name } = await startPlainServer(test);
    const { code, stderr } = await runAf(['kill'], { server: name });
    expect(code).toBe(4);
    expect(stderr).toContain('it lacks the GATEWAY extension');
  });
});
