// npm pack: installs what is missing and builds what is stale, so that the package holds all of dist/.
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
await ensureBuilt();
