// Scripts that name `env`, which searches the command (K3, K7).
import { type Case, starts, stops } from '../case.ts';

const glibc = 'glibc-2.36';
const musl = 'alpine-3.19';

export const envCommandCases: readonly Case[] = [
  {
    id: 'k-shebang-env-missing',
    rules: ['K3', 'K7'],
    shows: 'env starts, and finds no python3',
    image: musl,
    files: 'script-env-python',
    expected: stops('interpreter', /^env: can't execute 'python3': No such file or directory$/m, 127),
  },
  {
    id: 'k-shebang-env-missing-coreutils',
    rules: ['K3', 'K7'],
    shows: 'the same by the env of coreutils',
    image: glibc,
    files: 'script-env-python',
    expected: stops('interpreter', /^\/usr\/bin\/env: .python3.: No such file or directory$/m, 127),
  },
  {
    id: 'k-shebang-env-found',
    rules: ['K3'],
    shows: 'env finds sh',
    image: glibc,
    files: 'script-env-sh',
    expected: starts(),
  },
  {
    id: 'k-shebang-env-two-words',
    rules: ['K3'],
    shows: 'what follows the interpreter is one argument: "sh -e"',
    image: glibc,
    files: 'script-env-two-words',
    expected: stops('interpreter', /^\/usr\/bin\/env: .sh -e.: No such file or directory$/m, 127),
  },
  {
    id: 'k-shebang-env-split',
    rules: ['K3'],
    shows: 'env -S splits it',
    image: glibc,
    files: 'script-env-split',
    expected: starts(),
  },
];
