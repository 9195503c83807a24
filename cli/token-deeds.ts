// What `af token` does to the token file.
import { ConfigError } from '#server/config/config-error';
import { loadConfiguration } from '#server/config/sources';
import {
  addToken,
  hasExpired,
  listTokens,
  revokeToken,
  TokenRefused,
} from '#server/wiring/token-admin';
import { defaultTokenFile, TOKEN_NAME } from '#server/wiring/token-file';
import type { CommandContext } from './command.ts';
import { CommandError, usageError } from './errors.ts';
import { printJson, printLine, printTable } from './output.ts';
import type { TokenAction, TokenOptions } from './token-actions.ts';

export function changeTokens(
  context: CommandContext,
  action: TokenAction,
  name: string | undefined,
  options: TokenOptions,
): void {
  try {
    const file = options.file ?? tokenFileOf(context.environment);
    deeds[action](context, file, name, options);
  } catch (error) {
    if (error instanceof TokenRefused) throw usageError(error.message);
    if (error instanceof ConfigError) throw new CommandError('failed', error.message);
    throw error;
  }
}

/** That of a gateway which is started in the same environment. */
function tokenFileOf(environment: CommandContext['environment']): string {
  const { configuration } = loadConfiguration({ args: [], environment });
  return configuration.tokenFile ?? defaultTokenFile(environment);
}

type Deed = (
  context: CommandContext,
  file: string,
  name: string | undefined,
  options: TokenOptions,
) => void;

const deeds: Readonly<Record<TokenAction, Deed>> = {
  add(context, file, name, { role, expires }) {
    const wanted = nameOf(name, 'add');
    const nowMs = Date.now();
    const expiresAt = expires === undefined ? undefined : new Date(nowMs + expires).toISOString();
    const text = addToken(file, { name: wanted, role, ...(expiresAt && { expiresAt }) }, nowMs);
    if (context.globals.json) {
      printJson(context, { name: wanted, role, expiresAt, token: text });
      return;
    }
    printLine(context, text);
    context.note(
      `This is the only time that it is shown. Put ?token=… behind the link of the page, or send the header "Authorization: Bearer …".`,
    );
  },

  list(context, file, name) {
    if (name !== undefined) throw usageError('"af token list" takes no name: it lists them all.');
    const tokens = listTokens(file);
    if (context.globals.json) {
      printJson(context, tokens);
      return;
    }
    const nowMs = Date.now();
    const rows = tokens.map((each) => [
      each.name,
      each.role,
      day(each.createdAt),
      each.expiresAt === undefined
        ? 'never'
        : `${day(each.expiresAt)}${hasExpired(each, nowMs) ? ' (expired)' : ''}`,
    ]);
    printTable(context, ['name', 'role', 'made', 'expires'], rows);
  },

  revoke(context, file, name) {
    const wanted = nameOf(name, 'revoke');
    if (!revokeToken(file, wanted)) {
      throw usageError(`There is no token "${wanted}": "af token list" lists those there are.`);
    }
    if (context.globals.json) printJson(context, { revoked: wanted });
    else printLine(context, `Revoked "${wanted}"; what it had open ends now.`);
  },
};

function nameOf(name: string | undefined, action: string): string {
  if (name === undefined) {
    throw usageError(`No token was named: write af token ${action} NAME.`);
  }
  if (TOKEN_NAME.test(name)) return name;
  throw usageError(
    `"${name}" cannot be the name of a token: it has up to 64 letters, digits, ".", "-" and "_".`,
  );
}

function day(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
