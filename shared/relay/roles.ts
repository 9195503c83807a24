// What somebody may do who came in by the web side. A role is a set of rights; the page shows what it lacks.

/** Each right by itself, the smallest first. */
export const rights = ['listen', 'speak', 'control', 'admin'] as const;
export type Right = (typeof rights)[number];

/** Which rights a role has. */
export const roles = {
  /** Hears and sees: sound, levels, devices, who plays, figures. */
  listen: ['listen'],
  /** Has microphones and telephone calls too. */
  speak: ['listen', 'speak'],
  /** Sets devices, plays files, ends messages, and runs AudioFile programs in pages. */
  control: ['listen', 'speak', 'control'],
  /** Everything: ends clients, and manages tokens. */
  admin: ['listen', 'speak', 'control', 'admin'],
} as const satisfies Readonly<Record<string, readonly Right[]>>;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as [Role, ...Role[]];

export function hasRight(role: Role, right: Right): boolean {
  const held: readonly Right[] = roles[role];
  return held.includes(right);
}
