// What a device is set to, through any context on it: gains, inputs, outputs, pass-through, automatic gain.
import type { ContextId } from '#shared/protocol/ids';
import type { ReplyOf } from '#shared/protocol/requests/index';
import type { Calls } from './calls.ts';

/** A gain and the range in which it can be set. */
export type GainRange = ReplyOf<'QueryInputGain'>;

/** Bits of inputs or outputs, before and after a change; bit 0 is the first one. */
export type MaskChange = ReplyOf<'EnableInput'>;

export class DeviceControls {
  readonly #calls: Calls;
  readonly #context: ContextId;

  constructor(calls: Calls, context: ContextId) {
    this.#calls = calls;
    this.#context = context;
  }

  inputGain(): Promise<GainRange> {
    return this.#calls.ask('QueryInputGain', { context: this.#context });
  }

  outputGain(): Promise<GainRange> {
    return this.#calls.ask('QueryOutputGain', { context: this.#context });
  }

  /** BadValue outside the range that `inputGain` tells. A device may round it to steps of its own. */
  setInputGain(gainDb: number): Promise<void> {
    return this.#calls.tell('SetInputGain', { context: this.#context, gainDb });
  }

  /** BadValue outside the range that `outputGain` tells. A device may round it to steps of its own. */
  setOutputGain(gainDb: number): Promise<void> {
    return this.#calls.tell('SetOutputGain', { context: this.#context, gainDb });
  }

  /** Which inputs are on. */
  async inputs(): Promise<number> {
    return (await this.enableInputs(0)).newMask;
  }

  /** Which outputs are on. */
  async outputs(): Promise<number> {
    return (await this.enableOutputs(0)).newMask;
  }

  enableInputs(mask: number): Promise<MaskChange> {
    return this.#calls.ask('EnableInput', { context: this.#context, mask });
  }

  disableInputs(mask: number): Promise<MaskChange> {
    return this.#calls.ask('DisableInput', { context: this.#context, mask });
  }

  enableOutputs(mask: number): Promise<MaskChange> {
    return this.#calls.ask('EnableOutput', { context: this.#context, mask });
  }

  disableOutputs(mask: number): Promise<MaskChange> {
    return this.#calls.ask('DisableOutput', { context: this.#context, mask });
  }

  /** Whether the device plays what it hears. */
  async passThrough(): Promise<boolean> {
    const { newMask } = await this.#calls.ask('EnablePassThrough', {
      context: this.#context,
      mask: 0,
    });
    return newMask !== 0;
  }

  /** Resolves with whether pass-through was on before. */
  async setPassThrough(isOn: boolean): Promise<boolean> {
    const request = isOn ? 'EnablePassThrough' : 'DisablePassThrough';
    const { oldMask } = await this.#calls.ask(request, { context: this.#context, mask: 1 });
    return oldMask !== 0;
  }

  /**
   * Switches automatic gain control; resolves with whether it was on before. There is no way to ask
   * without setting it, and the original tells the state inverted (original.md 3), which is undone here.
   */
  async setGainControl(isOn: boolean): Promise<boolean> {
    const request = isOn ? 'EnableGainControl' : 'DisableGainControl';
    const { oldMask } = await this.#calls.ask(request, { context: this.#context, mask: 1 });
    return oldMask === 0;
  }
}
