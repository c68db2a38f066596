import { spawnSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Call, Trick } from '../trick.ts';
import { asAnother, openToAll, plainAnswer, plainCheck, run } from './run.ts';

const page = 4096;

/** The compiled code that a first run left, as a path; and the call of the next. */
async function compiled(
  folder: string,
): Promise<{ file: string; env: { XDG_CACHE_HOME: string }; call: Call }> {
  const env = { XDG_CACHE_HOME: join(folder, 'xdg') };
  await run(plainCheck, env);
  const code = join(folder, 'xdg/libc-check/code');
  const [name = 'none'] = readdirSync(code);
  return { file: join(code, name), env, call: { argv: plainCheck, env } };
}

/** The plain check, with the file of compiled code as `change` left it; what it leaves is a whole file again. */
function withChanged(name: string, change: (file: string) => void): Trick {
  return {
    name: `compiled code ${name}`,
    prepare: async (folder) => {
      const { file, call } = await compiled(folder);
      const good = readFileSync(file);
      change(file);
      const leaves = () => {
        const status = lstatSync(file);
        if (!status.isFile()) return ['the compiled code is no file afterwards'];
        return Math.abs(status.size - good.length) < good.length / 4
          ? []
          : ['the compiled code is not made again'];
      };
      return { ...call, leaves };
    },
    status: [1],
    says: plainAnswer,
    errorLines: 0,
    bounds: { seconds: 20 },
    small: true,
  };
}

const rewrite = (change: (bytes: Buffer) => Buffer) => (file: string) =>
  writeFileSync(file, change(readFileSync(file)));

const replaceBy = (make: (file: string) => void) => (file: string) => {
  rmSync(file);
  make(file);
};

const eachPage: Trick = {
  name: 'compiled code with each of its pages zeroed in turn',
  prepare: async (folder) => {
    const { file, env, call } = await compiled(folder);
    const good = readFileSync(file);
    const wrong: string[] = [];
    for (let at = 0; at < good.length; at += page) {
      writeFileSync(file, Buffer.from(good).fill(0, at, Math.min(at + page, good.length)));
      const { status, stdout, stderr } = await run(plainCheck, env);
      if (status !== 1 || !plainAnswer.test(stdout) || stderr !== '')
        wrong.push(`page ${at / page}: exit ${status} ${stderr.slice(0, 80)}`);
    }
    return { ...call, leaves: () => wrong };
  },
  status: [1],
  says: plainAnswer,
  errorLines: 0,
};

const otherBuild: Trick = {
  name: 'compiled code of another build of the same version and length',
  prepare: async (folder) => {
    for (const name of ['bin', 'dist']) cpSync(name, join(folder, name), { recursive: true });
    const bundle = join(folder, 'dist/program.cjs');
    const source = readFileSync(bundle, 'utf8');
    writeFileSync(bundle, source.replaceAll('is built for', 'IS BUILT FOR'));
    const env = { XDG_CACHE_HOME: join(folder, 'xdg') };
    const program = join(folder, 'bin/libc-check.cjs');
    const { stdout } = await run(plainCheck, env, { program });
    const wrong = stdout.includes('IS BUILT FOR') ? [] : ['the other build does not say what it should'];
    return { argv: plainCheck, env, leaves: () => wrong };
  },
  status: [1],
  says: /is built for/,
  saysNot: /IS BUILT FOR/,
  errorLines: 0,
};

const ofAnother: Trick = {
  name: 'compiled code that another user left in a shared folder',
  prepare: async (folder) => {
    openToAll(folder);
    for (const name of ['bin', 'dist']) cpSync(name, join(folder, name), { recursive: true });
    const bundle = join(folder, 'dist/program.cjs');
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    spawnSync('chmod', ['777', shared]);
    const env = { XDG_CACHE_HOME: shared };
    await run(plainCheck, env, { through: asAnother, program: join(folder, 'bin/libc-check.cjs') });
    const code = join(shared, 'libc-check/code');
    const files = () => readdirSync(code).map((name) => [name, lstatSync(join(code, name)).mtimeMs].join());
    const before = files();
    const wrong = () =>
      files().join() === before.join() && before.length > 0 ? [] : [`${bundle}: it was touched`];
    return { argv: plainCheck, env, leaves: wrong };
  },
  status: [1],
  says: plainAnswer,
  errorLines: 0,
};

export const compiledCode: readonly Trick[] = [
  eachPage,
  otherBuild,
  ofAnother,
  withChanged(
    'cut in half',
    rewrite((bytes) => bytes.subarray(0, bytes.length / 2)),
  ),
  withChanged(
    'of zeroes',
    rewrite((bytes) => Buffer.alloc(bytes.length)),
  ),
  withChanged(
    'that is empty',
    rewrite(() => Buffer.alloc(0)),
  ),
  withChanged(
    'that is a FIFO nobody writes to',
    replaceBy((file) => spawnSync('mkfifo', [file])),
  ),
  withChanged(
    'that is a link to /dev/zero',
    replaceBy((file) => symlinkSync('/dev/zero', file)),
  ),
  withChanged(
    'that is a link to itself',
    replaceBy((file) => symlinkSync(file, file)),
  ),
];
