#!/usr/bin/env node
// The command. In a fresh clone nothing is built: then it installs what the build needs and builds first.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '../dist/cli/main.js');

/** Gives its own exit status when it fails: 3, since there is no verdict. */
function makeReady() {
  const { spawnSync } = require('node:child_process');
  const ready = join(__dirname, '../scripts/ready.mjs');
  // Standard output is for the report.
  const { status } = spawnSync(process.execPath, [ready], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(3);
}

if (!existsSync(main)) makeReady();
require(main);
