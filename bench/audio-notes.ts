export function notes(blockSamples: number, compiler: string | undefined): string[] {
  return [`${blockSamples} ${compiler}`];
}
