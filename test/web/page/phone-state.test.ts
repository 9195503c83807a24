// How a telephone's state follows from what the gateway says and what the person does.
import { describe, expect, it } from 'vitest';
import {
  canCall,
  firstPhoneState,
  isBusy,
  nextPhoneState,
  type PhoneEvent,
  type PhoneState,
} from '#web/page/model/phone-state';

const NOW_MS = 100_000;

const line: PhoneEvent = {
  ...{ type: 'line', device: 0, isOffHook: false, use: 'free' },
  ...{ telephones: [], lastNumberDialed: '' },
};

type CallMessage = Extract<PhoneEvent, { type: 'call' }>;

const call = (state: CallMessage['state'], ended?: CallMessage['ended']): PhoneEvent => ({
  ...{ type: 'call', device: 0, state, ended, sinceServerMs: NOW_MS - 5_000 },
});

const key = (digit: string, isDown = true): PhoneEvent => ({
  ...{ type: 'key', device: 0, digit, isDown },
});

const presses = (digit: string): PhoneEvent => ({ type: 'presses', digit });

const refused = (code: string): PhoneEvent => ({ type: 'refused', code, message: 'No.' });

function stateAfter(...events: PhoneEvent[]): PhoneState {
  return events.reduce(
    (state, event) => nextPhoneState(state, event, NOW_MS),
    nextPhoneState(firstPhoneState, line, NOW_MS),
  );
}

const endOf = (state: PhoneState) => (state.call.kind === 'none' ? state.call.ended : undefined);

describe('a call from this page', () => {
  it('asks, rings at the other end, is up, and is over when that hangs up', () => {
    const asking = stateAfter({ type: 'calls' });
    expect(asking.call.kind).toBe('asking');
    expect(canCall(asking)).toBe(false);
    const calling = nextPhoneState(asking, call('calling'), NOW_MS);
    expect(calling.call.kind).toBe('calling');
    const up = nextPhoneState(calling, call('up'), NOW_MS);
    expect(up.call).toEqual({ kind: 'up', sinceServerMs: NOW_MS - 5_000 });
    const over = nextPhoneState(up, call('none', 'hungUp'), NOW_MS + 1_000);
    expect(endOf(over)).toMatchObject({ reason: 'hungUp', isOwn: false, seconds: 6 });
    expect(canCall(over)).toBe(true);
  });

  it('finds a line busy that others have, and never was up then', () => {
    const busy = stateAfter({ type: 'calls' }, call('none', 'busy'));
    expect(endOf(busy)).toMatchObject({ reason: 'busy', seconds: undefined, wasRinging: false });
  });

  it('is over with the gateway’s own sentence where that refuses it', () => {
    const state = stateAfter({ type: 'calls' }, refused('refused'));
    expect(endOf(state)).toMatchObject({ reason: 'refused', message: 'No.' });
  });

  it('cannot begin before the gateway has told of the line', () => {
    const state = nextPhoneState(firstPhoneState, { type: 'calls' }, NOW_MS);
    expect(state).toBe(firstPhoneState);
  });

  it('is over when the gateway goes away, which has then no line', () => {
    const state = stateAfter({ type: 'calls' }, call('calling'), call('up'), { type: 'away' });
    expect(endOf(state)).toMatchObject({ reason: 'lost', seconds: 5 });
    expect(state.line).toBeUndefined();
    expect(canCall(state)).toBe(false);
  });
});

describe('hanging up', () => {
  it('waits for the gateway, and hears nothing that it said before', () => {
    const ending = stateAfter({ type: 'calls' }, { type: 'hangsUp' }, call('calling'));
    expect(ending.call.kind).toBe('ending');
    expect(isBusy(ending.call)).toBe(false);
    const over = nextPhoneState(ending, call('none', 'hungUp'), NOW_MS);
    expect(endOf(over)).toMatchObject({ reason: 'hungUp', isOwn: true });
  });

  it('changes nothing where there is no call', () => {
    const state = stateAfter();
    expect(nextPhoneState(state, { type: 'hangsUp' }, NOW_MS)).toBe(state);
  });
});

describe('a telephone that rings', () => {
  it('is answered, and up when the gateway says so', () => {
    const answering = stateAfter(call('ringing'), { type: 'answers' });
    expect(answering.call.kind).toBe('answering');
    expect(nextPhoneState(answering, call('up'), NOW_MS).call.kind).toBe('up');
  });

  it.each(['hungUp', 'notAnswered', 'gone'] as const)(
    'remembers that it rang where the call ended as %s',
    (reason) => {
      expect(endOf(stateAfter(call('ringing'), call('none', reason)))).toMatchObject({
        ...{ reason, wasRinging: true, isOwn: false },
      });
    },
  );

  it('dials nothing of what was typed before', () => {
    const answering = stateAfter(presses('4'), call('ringing'), presses('2'), { type: 'answers' });
    expect(answering.typed).toBe('');
  });

  it('cannot be answered when it does not ring', () => {
    expect(stateAfter({ type: 'answers' }).call.kind).toBe('none');
  });
});

describe('keys', () => {
  it('are typed before a call is up, and taken back one by one', () => {
    const state = stateAfter(presses('4'), presses('7'), { type: 'erases' }, { type: 'calls' });
    expect(state.typed).toBe('4');
    expect(nextPhoneState(state, presses('2'), NOW_MS).typed).toBe('42');
  });

  it('are of the call once it is up, and what was typed is dialed', () => {
    const state = stateAfter(presses('4'), { type: 'calls' }, call('up'), presses('9'));
    expect(state).toMatchObject({ typed: '', sent: '9' });
  });

  it('that are typed after a call make it forgotten', () => {
    const over = stateAfter({ type: 'calls' }, call('none', 'busy'));
    expect(nextPhoneState(over, presses('4'), NOW_MS).call).toEqual({
      ...{ kind: 'none', ended: undefined },
    });
  });

  it('of the other end are shown while they are down, and remembered', () => {
    const up = stateAfter({ type: 'calls' }, call('up'), key('1'), key('1', false), key('D'));
    expect(up).toMatchObject({ heard: '1D', heardDown: 'D' });
    const again = nextPhoneState(
      nextPhoneState(up, call('none', 'hungUp'), NOW_MS),
      { type: 'calls' },
      NOW_MS,
    );
    expect(again).toMatchObject({ heard: '', heardDown: '', sent: '' });
  });

  it('are not heard outside a call', () => {
    expect(stateAfter(key('1')).heard).toBe('');
  });

  it('are kept to the last two dozen', () => {
    const state = stateAfter(...Array.from('0123456789'.repeat(3), presses));
    expect(state.typed).toBe('678901234567890123456789');
  });
});

describe('the number of this page', () => {
  it('is what the gateway says, and is gone with it', () => {
    const state = stateAfter(
      { type: 'asksForNumber' },
      { type: 'telephone', device: 0, number: '23' },
    );
    expect(state).toMatchObject({ number: '23', wantsNumber: false });
    expect(nextPhoneState(state, { type: 'away' }, NOW_MS).number).toBe('');
  });

  it('is not had where another page has it, and no call is over by that', () => {
    const state = stateAfter({ type: 'calls' }, { type: 'asksForNumber' }, refused('numberTaken'));
    expect(state).toMatchObject({ numberTrouble: 'No.', wantsNumber: false });
    expect(state.call.kind).toBe('asking');
  });

  it('has nothing to do with other refusals', () => {
    const state = stateAfter();
    expect(nextPhoneState(state, refused('refused'), NOW_MS)).toBe(state);
  });
});
