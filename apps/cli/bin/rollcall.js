#!/usr/bin/env node
// Plain JavaScript for older versions of Node: the script that it calls finds the pinned one, and installs it
// where it is missing.
process.argv.splice(2, 0, 'apps/cli/src/main.ts');
await import('../../../scripts/with-node.mjs');
