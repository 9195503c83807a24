// Headers that every answer carries, so that the page runs only what came from here.

const policy: Readonly<Record<string, string>> = {
  'default-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'object-src': "'none'",
};

export function contentSecurityPolicy(instead: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...policy, ...instead })
    .map(([what, from]) => `${what} ${from}`)
    .join('; ');
}

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy(),
  // Together they make the page cross-origin isolated, so that its worklets may share memory.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
