// The manual pages and `af help`: complete, and sound roff.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '#cli/commands/index';
import { examplesOf } from '#cli/examples';
import { manualPages } from '#cli/manual/pages';
import { text } from '#cli/manual/roff';
import { outlineOf } from '#cli/outline';
import { topics } from '#cli/topics';
import { runAf } from './support/in-process.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const pages = manualPages(commands);
const outline = outlineOf(commands);
const requests = ['.\\"', '.TH', '.SH', '.TP', '.nf', '.fi'];

describe('the manual', () => {
  it('has a page for af and one for each command', () => {
    const names = commands.map(({ name }) => `af-${name}.1`);
    expect(Object.keys(pages).sort()).toEqual(['af.1', ...names].sort());
  });

  it.each(Object.keys(pages))('%s has the sections that manual pages have', (file) => {
    const headings = [...(pages[file] ?? '').matchAll(/^\.SH (.*)$/gm)].map(([, name]) => name);
    expect(headings.slice(0, 2)).toEqual(['NAME', 'SYNOPSIS']);
    expect(headings).toContain('EXIT STATUS');
    expect(new Set(headings).size).toBe(headings.length);
  });

  it.each(Object.keys(pages))('%s is plain roff of a few requests', (file) => {
    const lines = (pages[file] ?? '').trimEnd().split('\n');
    for (const [index, line] of lines.entries()) {
      expect(line).toMatch(/^[ -~]+$/);
      if (/^[.']/.test(line)) expect(requests).toContain(line.split(' ')[0]);
      const escapes = [...line.matchAll(/\\(.)/g)].map(([, letter]) => letter);
      if (index > 0) expect(escapes.join('')).toMatch(/^[fe&[-]*$/);
    }
  });

  it('tells every option of every command', () => {
    for (const { name, options } of outline.commands.filter(({ name }) => name !== 'help')) {
      for (const flag of options.flatMap(({ flags }) => flags)) {
        expect(pages[`af-${name}.1`], `${name} ${flag}`).toContain(`\\fB${text(flag)}\\fR`);
      }
    }
  });

  // Where groff is installed it has the last word; the tests above hold everywhere.
  it('is formatted by groff, if there is one, without a warning', () => {
    const isThere = spawnSync('groff', ['--version']).error === undefined;
    for (const page of isThere ? Object.values(pages) : []) {
      const { stderr, status } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-z'], {
        input: page,
        encoding: 'utf8',
      });
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    }
  });

  it('keeps text from being taken for roff', () => {
    expect(text(".x\n'y \\ -…")).toBe("\\&.x\n\\&'y \\e \\-\\[u2026]");
  });
});

describe('af help', () => {
  it.each(Object.keys(topics).filter((name) => name !== 'devices'))('explains %s', async (name) => {
    const { code, stdout } = await runAf(['help', name]);
    expect(code).toBe(0);
    expect(stdout).toBe(`${topics[name]?.text()}\n`);
  });

  it('shows how a command is used, with examples', async () => {
    const { code, stdout } = await runAf(['help', 'set']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: af set [options] <device>');
    expect(stdout).toContain('Examples:\n  af set hifi --output-gain -6\n');
  });

  it('ends with 2 for what nobody knows', async () => {
    expect(await runAf(['help', 'cooking'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no help on "cooking"'),
    });
  });
});

describe('what documents say that people type', () => {
  const globals = outline.globals.flatMap(({ flags }) => flags);

  /** Fails for a command or an option that there is not. */
  function expectKnown(line: string): void {
    const words = (/\baf (.*?)(?:\)| \||$)/.exec(line)?.[1] ?? '').split(' ');
    const command = outline.commands.find(({ name }) => words.includes(name));
    const known = [...globals, ...(command?.options ?? []).flatMap(({ flags }) => flags)];
    expect(command, line).toBeDefined();
    const flags = words.filter((word) => /^--?[a-z]/i.test(word));
    for (const flag of flags) expect(known, line).toContain(flag);
  }

  it.each(outline.commands.map(({ name }) => name))('exists in the examples of %s', (name) => {
    for (const { line } of examplesOf(name)) expectKnown(line);
  });

  it.each([
    ['coming-from-audiofile.md', 50],
    ['af-control.md', 20],
  ])('exists in docs/%s', (file, leastCount) => {
    const document = readFileSync(`${root}/docs/${file}`, 'utf8');
    const inSentences = [...document.matchAll(/`((?:source <\()?af (?!help)[^`]+)`/g)];
    const inBlocks = [...document.matchAll(/^\$ (af .*)$/gm)];
    const lines = [...inSentences, ...inBlocks].map(([, line = '']) => line);
    expect(lines.length).toBeGreaterThan(leastCount);
    for (const line of lines) expectKnown(line);
  });

  it('has an example for every command', () => {
    for (const { name } of commands) expect(examplesOf(name), name).not.toHaveLength(0);
  });
});
