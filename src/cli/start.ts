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
import { basename, dirname, extname, join } from 'node:path';
import { Script } from 'node:vm';
import { defaultCacheFolder } from '../image/cache/cache-folder.ts';
import { compiledCodePath } from '../image/cache/compiled-code.ts';
import { toolIdentity } from '../tool-identity.ts';
import { commandNames } from './command-names.ts';

type Run = (
  exports: object,
  require: (name: string) => unknown,
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

/** Runs the files of the command line with the code that an earlier run left in the cache; the first run leaves its own. */
class CodeCache {
  readonly #folder: string;
  readonly #loaded = new Map<string, object>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a file exports that is named from the folder of this one. `part`: the name of its compiled code. */
  load(file: string, part: string): object {
    const known = this.#loaded.get(file);
    if (known !== undefined) return known;
    const module = { exports: {} };
    const require = (name: string) =>
      name.startsWith('.') ? this.load(name, basename(name, extname(name))) : requireNode(name);
    const filename = join(__dirname, file);
    this.#compile(filename, part)(module.exports, require, module, filename, dirname(filename));
    this.#loaded.set(file, module.exports);
    return module.exports;
  }

  #compile(filename: string, part: string): Run {
    const { version, commit } = toolIdentity;
    const { version: node, arch: architecture } = process;
    const path = join(this.#folder, compiledCodePath({ version, commit, node, architecture, part }));
    const cachedData = readCode(path);
    const source = readFileSync(filename, 'latin1');
    const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
      filename,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if ((cachedData === undefined || script.cachedDataRejected === true) && !isAboutItself) {
      process.once('exit', () => writeCode(path, script.createCachedData()));
    }
    return script.runInThisContext() as Run;
  }
}

const bundle = './command.js';
const requireNode = require;

// Half of a short run is compiling. The cache of compiled code that Node has since 22.1 keeps less of it.
const folder = process.env['NODE_DISABLE_COMPILE_CACHE'] ? null : defaultCacheFolder(process.env);
if (folder === null) requireNode(bundle);
else new CodeCache(folder).load(bundle, commandNames.find((name) => name === process.argv[2]) ?? 'check');
