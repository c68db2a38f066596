#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { defaultCacheFolder } from '../image/cache/cache-folder.ts';
import { compiledCodePath, packCode, unpackCode } from '../image/cache/compiled-code.ts';
import { readOwnFile, writeOwnFile } from '../image/cache/own-file.ts';
import { folderFault, isOwnFolder, makeOwnFolders } from '../image/cache/own-folder.ts';
import { toolIdentity } from '../tool-identity.ts';
import { commandNames } from './command-names.ts';

type Run = (
  exports: object,
  require: (name: string) => unknown,
  module: { exports: object },
  filename: string,
  dirname: string,
) => void;

/** More than V8 has ever made of this program. */
const mostCode = 64 * 1024 * 1024;

const [beforeSource, afterSource] = ['(function (exports, require, module, __filename, __dirname) {', '\n})'];

/** Each command has code of its own, so that a run reads little that it does not use. */
function partOf(words: readonly string[]): string {
  if (words.some((word) => word === '--help' || word === '-h')) return 'help';
  if (words.some((word) => word === '--version' || word === '-V')) return 'version';
  return commandNames.find((name) => name === words[0]) ?? 'check';
}

/** Runs the files of the command line with the code that an earlier run left in the cache; the first run leaves its own. */
class CodeCache {
  readonly #folder: string;
  readonly #loaded = new Map<string, object>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a file exports. `part`: the name of its compiled code. */
  load(filename: string, part: string): object {
    const known = this.#loaded.get(filename);
    if (known !== undefined) return known;
    const module = { exports: {} };
    const folder = dirname(filename);
    const require = (name: string) =>
      name.startsWith('.') ? this.load(join(folder, name), basename(name, extname(name))) : requireNode(name);
    this.#compile(filename, part)(module.exports, require, module, filename, folder);
    this.#loaded.set(filename, module.exports);
    return module.exports;
  }

  #compile(filename: string, part: string): Run {
    const { version, commit } = toolIdentity;
    const { version: node, arch: architecture } = process;
    const path = join(this.#folder, compiledCodePath({ version, commit, node, architecture, part }));
    const source = readFileSync(filename);
    const checksum = crc32(source, crc32(beforeSource + afterSource));
    const kept = isOwnFolder(dirname(path)) ? readOwnFile(path, mostCode) : null;
    const cachedData = kept === null ? null : unpackCode(kept, checksum);
    const script = new Script(beforeSource + source.toString('latin1') + afterSource, {
      filename,
      ...(cachedData === null ? {} : { cachedData }),
    });
    if (cachedData === null || script.cachedDataRejected === true)
      process.once('exit', () => this.#keep(path, packCode(script.createCachedData(), checksum)));
    return script.runInThisContext() as Run;
  }

  /** A cache that cannot be written keeps nothing, and is no error. */
  #keep(path: string, file: Buffer): void {
    try {
      if (makeOwnFolders(this.#folder, [basename(dirname(path))])) writeOwnFile(path, file, true);
    } catch {
      // The next run compiles again.
    }
  }
}

const bundle = join(__dirname, '../program.cjs');
const requireNode = require;

// Half of a short run is compiling. The cache of compiled code that Node has since 22.1 keeps less of it.
const folder = process.env['NODE_DISABLE_COMPILE_CACHE'] ? null : defaultCacheFolder(process.env);
const program =
  folder === null || folderFault(folder) !== null
    ? requireNode(bundle)
    : new CodeCache(folder).load(bundle, partOf(process.argv.slice(2)));
(program as Pick<typeof import('./program.ts'), 'runProcess'>).runProcess();
