// The files and folders that a configuration names, looked at before anybody relies on them: at the start somebody is
// there to read what is wrong. Certificate and tokens are looked at by whoever reads them.
import { accessSync, constants, opendirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Configuration, defaultHostsFile } from '#server/config';
import { ConfigError } from '#server/config/config-error';
import { type Log, reasonOf } from '#server/log';
import { errorCode } from '#server/transport/error-code';
import { cookiesIn } from './access-files.ts';

/** What is missing where it was not named is no mistake, and whoever reads it takes it for empty. */
type Named = Pick<
  Configuration,
  'authFile' | 'hostsFile' | 'keepHosts' | 'messagesFolder' | 'serverNumber'
>;

/**
 * Throws a ConfigError where one cannot be used, and warns where one may yet come. What was named `before` is not
 * looked at again: a file that was taken away while the gateway runs admits nobody, which is not to be refused.
 */
export function checkNamedFiles(named: Named, log: Log, before?: Named): void {
  const { authFile, hostsFile, keepHosts, messagesFolder, serverNumber } = named;
  if (authFile !== undefined && authFile !== before?.authFile) checkCookies(authFile, log);
  if (hostsFile !== defaultHostsFile(serverNumber) && hostsFile !== before?.hostsFile) {
    checkHosts(hostsFile, keepHosts, log);
  }
  if (keepHosts && !(before?.keepHosts && hostsFile === before.hostsFile)) checkKept(hostsFile);
  if (messagesFolder !== undefined && before === undefined) checkMessages(messagesFolder, log);
}

/** Without its cookies nobody would be let in, not even from this machine. */
function checkCookies(file: string, log: Log): void {
  const cookies = orRefuse(
    () => cookiesIn(file),
    (reason) =>
      `The cookie file ${file} cannot be read, and without it no program would be let in: ${reason}. Check the name after --auth-file and who may read it, or make it with "xauth -f".`,
  );
  if (cookies.length > 0) return;
  log.warn('the cookie file has no cookie in it, so that it admits nobody: "xauth -f" adds one', {
    file,
  });
}

function checkHosts(file: string, keepHosts: boolean, log: Log): void {
  try {
    readFileSync(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') {
      throw unreadable(
        `The hosts file ${file} cannot be read: ${reasonOf(error)}. Check the name after --hosts-file and who may read it.`,
      );
    }
    // Changes that are kept make it.
    if (keepHosts) return;
    log.warn(
      'the hosts file is not there, so that it admits no host until it is, and SIGHUP came',
      {
        file,
      },
    );
  }
}

function checkKept(file: string): void {
  orRefuse(
    () => accessSync(path.dirname(file), constants.W_OK),
    (reason) =>
      `The host list cannot be kept in ${file}, because its folder cannot be written to: ${reason}. Name a file in another folder with --hosts-file, or leave --keep-hosts out.`,
  );
}

function checkMessages(folder: string, log: Log): void {
  try {
    opendirSync(folder).closeSync();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') {
      throw unreadable(
        `The messages folder ${folder} cannot be read: ${reasonOf(error)}. Check the name after --messages-folder and who may read it.`,
      );
    }
    log.warn('the messages folder is not there yet, so that the page lists no messages', {
      folder,
    });
  }
}

function orRefuse<Result>(look: () => Result, sentence: (reason: string) => string): Result {
  try {
    return look();
  } catch (error) {
    throw unreadable(sentence(reasonOf(error)));
  }
}

function unreadable(sentence: string): ConfigError {
  return new ConfigError('AF_UNREADABLE_FILE', sentence);
}
