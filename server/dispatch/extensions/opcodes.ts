// Extensions have their opcodes in the order in which the server offers them.
import { FIRST_EXTENSION_OPCODE } from '#shared/protocol/limits';

export function extensionOpcode(offered: readonly string[], name: string): number | undefined {
  const place = offered.indexOf(name);
  return place < 0 ? undefined : FIRST_EXTENSION_OPCODE + place;
}

export function extensionNamed(offered: readonly string[], opcode: number): string | undefined {
  return offered[opcode - FIRST_EXTENSION_OPCODE];
}
