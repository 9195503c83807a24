// npm start: installs what is missing, builds what is stale, starts the gateway.
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endWithNpm } from './lib/parent.mjs';

endWithNpm();
await ensureInstalled();
await ensureBuilt();
const gateway = '../dist/server/main.js';
const { main } = await import(gateway);
await main(process.argv.slice(2));
