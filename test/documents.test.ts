// Whether what the documents point to is there: files, headings, places of this repository; and what the code cites.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { sourceFiles } from '#test/support/import-check';

const root = path.resolve(import.meta.dirname, '..');
const LINK = /\]\(([^)\s]+)\)/g;
const NAMED_PLACE = /`((?:bench|cli|deploy|docs|scripts|server|shared|test|web)\/[\w./-]+)`/g;
const HEADING = /^#+ +(.*)$/gm;
const CODE = /^```.*?^```/gms;

const documents = [
  ...readdirSync(root),
  ...['bench', 'docs', 'test'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.join(folder, name),
    ),
  ),
].filter((name) => name.endsWith('.md'));

function textOf(document: string): string {
  return readFileSync(path.join(root, document), 'utf8').replace(CODE, '');
}

function found(pattern: RegExp, text: string): string[] {
  return Array.from(text.matchAll(pattern), ([, part = '']) => part);
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
}

function leadsSomewhere(document: string, link: string): boolean {
  const [place = '', anchor] = link.split('#');
  const target = place === '' ? document : path.join(path.dirname(document), place);
  if (!existsSync(path.join(root, target))) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  return found(HEADING, textOf(target)).map(anchorOf).includes(anchor);
}

it.each(documents)('%s points only to what is there', (document) => {
  const text = textOf(document);
  const links = found(LINK, text).filter((link) => !/^[a-z]+:/.test(link));
  expect(links.filter((link) => !leadsSomewhere(document, link))).toEqual([]);
  const places = found(NAMED_PLACE, text);
  expect(places.filter((place) => !existsSync(path.join(root, place)))).toEqual([]);
});

it('docs/original.md has every section that the code cites', () => {
  const sections = found(/^#+ (\d+(?:\.\d+)?)\.? /gm, textOf('docs/original.md'));
  const files = sourceFiles(pathToFileURL(`${root}/`), ['shared', 'server', 'cli', 'web', 'test']);
  const cited = files.flatMap(({ text }) => found(/\boriginal\.md (\d+(?:\.\d+)?)/g, text));
  expect(cited.length).toBeGreaterThan(30);
  expect(cited.filter((section) => !sections.includes(section))).toEqual([]);
});
