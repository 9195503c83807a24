// The files of deploy/ against what the package really has: settings, paths, ports, commands, metrics.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { commands } from '#cli/commands/index';
import { configurationFrom } from '#server/config';
import { settings } from '#server/config/settings';
import { loadConfiguration } from '#server/config/sources';
import { addMetrics } from '#server/http/metrics';
import { stateFolder } from '#server/state-folder';
import { AUDIOFILE_BASE_PORT, unixSocketPath } from '#server/transport/addresses';
import { noMetrics } from '#test/server/http/api-answers';
import { newFolder } from '#test/support/new-folder';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

/** Every setting that a text gives as a variable of the environment, as a configuration takes it. */
function configured(text: string) {
  const environment = Object.fromEntries(
    [...text.matchAll(/\b(AF_[A-Z_]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const { configuration, warnings } = loadConfiguration({ args: [], environment });
  expect(warnings).toEqual([]);
  return { environment, configuration };
}

const MOST_CLOSING_SECONDS = 2;

describe('the systemd unit', () => {
  const unit = read('deploy/audiofile-gateway.service');
  const valuesOf = (key: string): string[] =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  it('keeps what the gateway keeps in the folder that is its own', () => {
    const [state] = valuesOf('StateDirectory');
    const environment = Object.fromEntries(
      valuesOf('Environment').map((pair) => pair.replace('%S', '/var/lib').split('=')),
    );
    expect(stateFolder(environment)).toBe(`/var/lib/${state}`);
  });

  it('starts a command of the package with settings that there are', () => {
    const [program = '', command] = valuesOf('ExecStart')[0]?.split(' ') ?? [];
    expect(Object.keys(manifest.bin)).toContain(path.basename(program));
    expect(commands.map(({ name }) => name)).toContain(command);
    const { environment, configuration } = configured(valuesOf('Environment').join('\n'));
    const known = settings.map(({ variable }) => variable);
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(configuration.logFormat).toBe('json');
  });

  it('leaves time to drain, and lets programs see the socket', () => {
    const { configuration } = configured(valuesOf('Environment').join('\n'));
    const needed = configuration.drainMs / 1_000 + MOST_CLOSING_SECONDS;
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(needed);
    const socketFolder = path.dirname(unixSocketPath('0'));
    expect(valuesOf('BindPaths')).toEqual([socketFolder]);
    // What is bound must be there before, so that nothing of the unit itself can make it.
    const folders = read('deploy/audiofile-gateway.tmpfiles').split('\n');
    expect(folders).toContain(`d ${socketFolder} 1777 root root -`);
  });

  it('is a unit to systemd, where there is one, and exposes little', () => {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) return;
    const folder = newFolder();
    const file = path.join(folder, 'audiofile-gateway.service');
    // Where it is installed, and only there, the command is found.
    writeFileSync(file, unit.replace(/^(ExecStart=)\S+/m, `$1${process.execPath}`));
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect({ code: verified.status, said: verified.stderr }).toEqual({ code: 0, said: '' });
    const security = spawnSync('systemd-analyze', ['security', '--offline=true', file], {
      encoding: 'utf8',
    });
    const [, exposure] = /exposure level for .*: ([\d.]+)/.exec(security.stdout) ?? [];
    expect(Number(exposure)).toBeLessThan(2);
  });
});

describe('the container file', () => {
  const file = read('deploy/Containerfile');
  const [, check = '[]'] = /^HEALTHCHECK [^[]*(\[.*\])$/m.exec(file) ?? [];
  const healthCheck: string[] = JSON.parse(check);

  it('is made from a Node that the package runs on, and has no name of a registry', () => {
    const images = [...file.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);
    expect(new Set(images).size).toBe(1);
    const [, major] = /^node:(\d+)-slim$/.exec(images[0] ?? '') ?? [];
    const [, oldest] = /^>=(\d+)/.exec(manifest.engines.node) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(oldest));
  });

  it('copies and starts what there is, as a user without rights', () => {
    expect(file).toContain(`ENTRYPOINT ["node", "${manifest.bin.af}", "serve"]`);
    expect(existsSync(path.join(root, 'scripts/build.mjs'))).toBe(true);
    expect(existsSync(path.join(root, 'LICENSE'))).toBe(true);
    expect(file).toMatch(/^USER node$/m);
    const ignored = read('.dockerignore').trim().split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'dist']));
  });

  it('has settings, ports and a health check that fit each other', () => {
    const { configuration, environment } = configured(file);
    const known = settings.map(({ variable }) => variable);
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(configuration).toMatchObject({ listen: '0.0.0.0', unixSocket: false });
    const { httpPort, serverNumber } = configurationFrom();
    expect(file).toContain(`EXPOSE ${AUDIOFILE_BASE_PORT + serverNumber} ${httpPort}`);
    expect(healthCheck.join(' ')).toContain(`env.AF_HTTP_PORT || ${httpPort}`);
    const [, volume] = /^VOLUME (\S+)$/m.exec(file) ?? [];
    const [, state = ''] = /XDG_STATE_HOME=(\S+)/.exec(file) ?? [];
    expect(stateFolder({ XDG_STATE_HOME: state })).toBe(volume);
  });

  it('has a health check that says what the gateway answers', async () => {
    let statusCode = 200;
    const server = createServer((_request, response) => response.writeHead(statusCode).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const check = () =>
      new Promise<number | null>((resolve) => {
        const [, ...args] = healthCheck;
        const env = { ...process.env, AF_HTTP_PORT: String(port) };
        spawn(process.execPath, args, { env }).on('close', resolve);
      });
    expect(await check()).toBe(0);
    statusCode = 503;
    expect(await check()).toBe(1);
    server.close();
    server.closeAllConnections();
  });
});

describe('the dashboard', () => {
  const dashboard = JSON.parse(read('deploy/grafana-dashboard.json'));
  const expressions: string[] = dashboard.panels.flatMap(
    ({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr),
  );
  const shown = new Set(
    expressions.flatMap((expression) => expression.match(/audiofile_\w+/g) ?? []),
  );

  async function exported(): Promise<Map<string, string>> {
    const app = Fastify();
    addMetrics(app, noMetrics);
    const { body } = await app.inject('/metrics');
    await app.close();
    return new Map(
      [...body.matchAll(/^# TYPE (audiofile_\w+) (\w+)$/gm)].map(([, name = '', kind = '']) => [
        name,
        kind,
      ]),
    );
  }

  it('shows every figure that is exported, and no other', async () => {
    expect([...shown].sort()).toEqual([...(await exported()).keys()].sort());
  });

  it('shows counters as rates', async () => {
    for (const [name, kind] of await exported()) {
      const isRated = expressions.some((expression) => expression.startsWith(`rate(${name}{`));
      expect([name, isRated]).toEqual([name, kind === 'counter']);
    }
  });

  it('has titles, and says what each figure means', () => {
    const panels: { title: string; description: string }[] = dashboard.panels;
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    expect(panels.every(({ description }) => description.endsWith('.'))).toBe(true);
  });
});

describe('the document about operating it', () => {
  const document = read('docs/operating.md');

  it('names only flags, variables and files that there are', () => {
    const flags = settings.map(({ flag }) => flag);
    for (const [flag = ''] of document.matchAll(
      /--(?:limits|drain|log|listen|unhealthy)[a-z-]*/g,
    )) {
      expect(flags).toContain(flag);
    }
    const variables = [...settings.map(({ variable }) => variable), 'AF_CONFIG'];
    for (const [variable = ''] of document.matchAll(/\bAF_[A-Z_]+/g)) {
      expect(variables).toContain(variable);
    }
    for (const [file = ''] of document.matchAll(/\bdeploy\/[\w.-]+\w/g)) {
      expect(existsSync(path.join(root, file)), file).toBe(true);
    }
  });
});
