// V8 says nothing when it is told a flag that it does not know.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { SCAVENGE_ALONE_FLAG } from '#server/process';

it('the engine knows the flag that keeps other threads out of a scavenge', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  expect(known).toContain(`${SCAVENGE_ALONE_FLAG.replace('--no-', '--')} (`);
});
