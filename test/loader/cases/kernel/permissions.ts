// What the user may execute and read: modes, users, file capabilities (R5, K1, K6, K60).
import { type Case, copy, execFails, folder, interpreterFails, starts, stops } from '../case.ts';

const glibc = 'glibc-2.36';
const musl = 'alpine-3.19';

export const permissionCases: readonly Case[] = [
  {
    id: 'k-user-0700-program',
    rules: ['R5'],
    shows: "root's 0700 program for another user: only current Docker starts it",
    image: 'scratch',
    files: null,
    layers: [[folder('t'), copy('t/p', 'static-hello/p', { mode: 0o700 })]],
    user: '1000',
    expected: stops('exec', /exec \/t\/p: permission denied/, 126),
    onCurrentDocker: starts(),
  },
  {
    id: 'k-user-0700-folder',
    rules: ['R5'],
    shows: "a program below root's 0700 folder",
    image: 'scratch',
    files: null,
    layers: [[folder('t', 0o700), copy('t/p', 'static-hello/p')]],
    user: '1000',
    expected: stops('exec', /exec: "\/t\/p": stat \/t\/p: permission denied/, 126),
    onCurrentDocker: starts(),
  },
  {
    id: 'k-user-group-root',
    rules: ['R5'],
    shows: 'a numeric user without a group has the bits of group root',
    image: 'scratch',
    files: null,
    layers: [[folder('t'), copy('t/p', 'static-hello/p', { mode: 0o710 })]],
    user: '1000',
    expected: starts(),
  },
  {
    id: 'k-user-with-group',
    rules: ['R5'],
    shows: 'with a group of its own it has those of others',
    image: 'scratch',
    files: null,
    layers: [[folder('t'), copy('t/p', 'static-hello/p', { mode: 0o711 })]],
    user: '1000:1000',
    expected: starts(),
  },
  {
    id: 'k-root-001',
    rules: ['R5', 'K1'],
    shows: 'root needs one x bit of any class',
    image: 'scratch',
    files: null,
    layers: [[folder('t'), copy('t/p', 'static-hello/p', { mode: 0o001 })]],
    expected: starts(),
  },
  {
    id: 'k-0711-is-enough',
    rules: ['K1'],
    shows: 'an ELF program need not be readable',
    image: glibc,
    files: null,
    layers: [[folder('t'), copy('t/p', 'glibc-hello/p', { mode: 0o711 })]],
    user: '1000:1000',
    expected: starts(),
  },
  {
    id: 'k-unreadable-script',
    rules: ['R5', 'K6'],
    shows: "the kernel runs an unreadable script, the shell cannot open it: the shell's words, 2",
    image: musl,
    files: null,
    layers: [[folder('t'), copy('t/p', 'script-env-sh/p', { mode: 0o711 })]],
    user: '1000:1000',
    run: ['/t/p'],
    expected: stops('interpreter', /can't open '\/t\/p': Permission denied/, 2),
  },
  {
    id: 'k-interp-0700',
    rules: ['K22', 'R5'],
    shows: 'an interpreter that the user may not execute; current Docker has the right to',
    image: glibc,
    files: null,
    layers: [
      [
        folder('t'),
        copy('t/p', 'loader-of-other-build/p'),
        copy('t/ld.so', 'loader-of-other-build/ld.so', { mode: 0o700 }),
      ],
    ],
    user: '1000:1000',
    expected: interpreterFails('permission denied'),
    onCurrentDocker: starts(),
  },
  {
    id: 'k-file-capability-outside',
    rules: ['K60'],
    shows: 'an effective capability outside the bounding set (SYS_ADMIN): EPERM, for root too',
    image: 'scratch',
    files: null,
    layers: [
      [
        copy('t/p', 'static-hello/p', {
          capability: [1, 0, 0, 2, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        }),
      ],
    ],
    expected: execFails('operation not permitted'),
  },
  {
    id: 'k-file-capability-not-effective',
    rules: ['K60'],
    shows: 'without the effective bit it runs',
    image: 'scratch',
    files: null,
    layers: [
      [
        copy('t/p', 'static-hello/p', {
          capability: [0, 0, 0, 2, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        }),
      ],
    ],
    expected: starts(),
  },
  {
    id: 'k-file-capability-inside',
    rules: ['K60'],
    shows: 'a capability that containers have (NET_BIND_SERVICE) does no harm',
    image: 'scratch',
    files: null,
    layers: [
      [
        copy('t/p', 'static-hello/p', {
          capability: [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        }),
      ],
    ],
    expected: starts(),
  },
  {
    id: 'k-setuid-runs',
    rules: ['G80', 'K1'],
    shows: 'a setuid program starts',
    image: glibc,
    files: null,
    layers: [[copy('t/p', 'glibc-hello/p', { mode: 0o4755 })]],
    user: '1000:1000',
    expected: starts(),
  },
];
