#!/usr/bin/env node
import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { defaultCacheFolder } from '../image/cache/cache-folder.ts';
import { compiledCodePath } from '../image/cache/compiled-code.ts';
import { toolIdentity } from '../tool-identity.ts';
import { commandNames } from './command-names.ts';

/** The bundle of the command line, beside this file. */
const bundle = join(__dirname, 'command.js');

type Run = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  filename: string,
  dirname: string,
) => void;

/** Compiled code that this user wrote and nobody else may change; anything else is not run. */
function readCode(path: string): Buffer | undefined {
  try {
    const fd = openSync(path, 'r');
    try {
      const { uid, mode } = fstatSync(fd);
      return uid === process.getuid?.() && (mode & 0o022) === 0 ? readFileSync(fd) : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function writeCode(path: string, code: Buffer): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, code, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

/** Runs that say something of this program itself compile little: their code is not worth keeping. */
const isAboutItself = process.argv
  .slice(2)
  .some((word) => /^(?:--help|-h|--version|-V|help|version)$/.test(word));

/** Compiles the bundle with the code that an earlier run left in the cache; the first run leaves its own at its end. */
function runWithCodeCache(folder: string): void {
  const { version, commit } = toolIdentity;
  const command = commandNames.find((name) => name === process.argv[2]) ?? 'check';
  const { version: node, arch: architecture } = process;
  const path = join(folder, compiledCodePath({ version, commit, node, architecture, command }));
  const cachedData = readCode(path);
  const source = readFileSync(bundle, 'latin1');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if ((cachedData === undefined || script.cachedDataRejected === true) && !isAboutItself) {
    process.once('exit', () => writeCode(path, script.createCachedData()));
  }
  const module = { exports: {} };
  const run = script.runInThisContext() as Run;
  run(module.exports, require, module, bundle, __dirname);
}

// Half of a short run is compiling. The cache of compiled code that Node has since 22.1 keeps less of it.
const folder = process.env['NODE_DISABLE_COMPILE_CACHE'] ? null : defaultCacheFolder(process.env);
if (folder === null) require(bundle);
else runWithCodeCache(folder);
