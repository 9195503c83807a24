// `af repair`: the right sizes for sound files whose writer died.
import { defineCommand } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { shownName } from '../sound-files/errors.ts';
import { type HeaderRepair, repairHeader } from '../sound-files/repair.ts';

export const repair = defineCommand<object>({
  name: 'repair',
  summary: 'put the right sizes into WAV and AU files whose writer died',
  configure(command) {
    command.argument('<file...>', 'changed in place; one that is whole stays as it is');
  },
  async run(context, files) {
    for (const file of files) {
      const repaired = await repairHeader(file);
      if (context.globals.json) printJson(context, { file, ...repaired });
      else printLine(context, `${shownName(file)}: ${inWords(repaired)}`);
    }
  },
});

function inWords({ changed, byteCount, droppedByteCount }: HeaderRepair): string {
  if (!changed) return 'is whole';
  const dropped = droppedByteCount > 0 ? `, ${droppedByteCount} bytes of a frame cut off` : '';
  return `repaired, ${byteCount} bytes of sound${dropped}`;
}
