// Chromium for tests, benchmarks and pictures: the same look-up as that of `npm test`, which installs it where it can.
import { findTool, tools } from './debian-tools.mjs';

const tool = tools.find(({ name }) => name === 'Chromium');

/** Undefined where there is none. */
export const chromiumPath = tool && findTool(tool);

/** Runs as root, without a screen, and asks nobody on the network for anything. */
export const quietFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Sound may start without a gesture. */
export const AUTOPLAY = '--autoplay-policy=no-user-gesture-required';
