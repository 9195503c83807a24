// The folder of whoever runs this, for what nobody gave another place.
import { homedir } from 'node:os';

type Environment = Readonly<Record<string, string | undefined>>;

/** Users that a service manager or a container makes up have none, and the system's own look-up throws: then `/`. */
export function homeFolder(environment: Environment, lookUp: () => string = homedir): string {
  if (environment.HOME) return environment.HOME;
  try {
    return lookUp();
  } catch {
    return '/';
  }
}
