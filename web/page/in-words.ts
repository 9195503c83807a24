// Figures as people read them.

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
  { name: 'second', seconds: 1 },
] as const;

/** The two largest units that are not zero, such as "3 hours 5 minutes". */
export function durationInWords(seconds: number): string {
  const first = units.findIndex((unit) => seconds >= unit.seconds);
  if (first < 0) return 'less than a second';
  return units
    .slice(first, first + 2)
    .map((unit, index) => {
      const whole = index === 0 ? seconds : seconds % (units[first]?.seconds ?? 1);
      return { ...unit, count: Math.floor(whole / unit.seconds) };
    })
    .filter(({ count }) => count > 0)
    .map(({ count, name }) => `${count} ${name}${count === 1 ? '' : 's'}`)
    .join(' ');
}

export function rateInWords(rateHz: number): string {
  return `${rateHz / 1_000} kHz`;
}

export function channelsInWords(channelCount: number): string {
  return ['mono', 'stereo'][channelCount - 1] ?? `${channelCount} channels`;
}
