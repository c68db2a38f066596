import type { CheckReport, CheckResult } from '../../src/examine/check-report.ts';
import type { Finding } from '../../src/rules/finding.ts';

/** Hand-written results for the renderers: each function gives one that is sound, with `changes` over it. */

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    rule: 'interpreter-missing',
    severity: 'error',
    confidence: 'exact',
    subject: '/lib64/ld-linux-x86-64.so.2',
    expected: '/lib64/ld-linux-x86-64.so.2',
    found: 'no such file',
    where: ['/lib64/ld-linux-x86-64.so.2'],
    location: null,
    message:
      'The program asks the kernel for the loader /lib64/ld-linux-x86-64.so.2, and the image has no file of that name.',
    seen: 'exec /prediction-api: no such file or directory',
    exitStatus: 255,
    remedies: [
      {
        action: 'Build the program for musl, which is the libc of this image.',
        command: 'cargo build --release --target x86_64-unknown-linux-musl',
        cure: { kind: 'rebuild', toolchain: 'rust', target: 'musl', release: null },
        proven: false,
      },
      {
        action: 'Take an image with glibc, such as debian:12-slim.',
        command: null,
        cure: null,
        proven: false,
      },
    ],
    ...changes,
  };
}

export function runsResult(changes: Partial<CheckResult> = {}): CheckResult {
  return {
    binary: {
      path: './target/prediction-api',
      at: '/prediction-api',
      sha256: '0123456789abcdef'.repeat(4),
      buildId: 'c0ffee0123456789c0ffee0123456789c0ffee01',
      machine: 'x86_64',
      interp: '/lib64/ld-linux-x86-64.so.2',
      kind: 'executable',
    },
    image: {
      reference: 'debian:12-slim',
      source: 'profile',
      platform: 'linux/amd64',
      platformChosen: true,
      digest: null,
      libc: { family: 'glibc', version: '2.36' },
      provenance: { madeFrom: 'debootstrap --variant=minbase bookworm', sha256: null, date: '2026-11-23' },
      difference: null,
      fellThrough: [{ source: 'docker', reason: 'no engine answers at /var/run/docker.sock' }],
    },
    command: null,
    verdict: 'runs',
    stage: null,
    seen: null,
    reason: null,
    problem: null,
    missing: { libraries: [], versions: [], symbols: [] },
    objects: [
      {
        soname: 'libgcc_s.so.1',
        path: '/lib/x86_64-linux-gnu/libgcc_s.so.1',
        neededBy: '/prediction-api',
        foundBy: 'ld.so.cache',
        trail: [{ path: '/lib/x86_64-linux-gnu/libgcc_s.so.1', via: 'ld.so.cache', outcome: 'found' }],
      },
      {
        soname: 'libc.so.6',
        path: '/lib/x86_64-linux-gnu/libc.so.6',
        neededBy: '/prediction-api',
        foundBy: 'ld.so.cache',
        trail: [{ path: '/lib/x86_64-linux-gnu/libc.so.6', via: 'ld.so.cache', outcome: 'found' }],
      },
    ],
    findings: [],
    assumptions: { kernel: '6.1', cpu: 'x86-64', engine: 'docker' },
    ...changes,
  };
}

export function failsResult(changes: Partial<CheckResult> = {}): CheckResult {
  const runs = runsResult();
  return {
    ...runs,
    image: {
      ...runs.image,
      reference: 'alpine:3.19',
      libc: { family: 'musl', version: '1.2.4' },
      provenance: {
        madeFrom: 'alpine-minirootfs-3.19.4-x86_64.tar.gz',
        sha256: 'fedcba9876543210'.repeat(4),
        date: '2026-11-23',
      },
    },
    verdict: 'fails',
    stage: 'interpreter',
    seen: {
      message: 'exec /prediction-api: no such file or directory',
      complete: true,
      exitStatus: 255,
      engine: 'docker',
    },
    objects: [
      {
        soname: 'libgcc_s.so.1',
        path: null,
        neededBy: '/prediction-api',
        foundBy: null,
        trail: [
          { path: '/lib/libgcc_s.so.1', via: 'default directory', outcome: 'no such file' },
          { path: '/usr/lib/libgcc_s.so.1', via: 'default directory', outcome: 'no such file' },
        ],
      },
    ],
    missing: {
      libraries: [{ soname: 'libgcc_s.so.1', neededBy: '/prediction-api' }],
      versions: [],
      symbols: [{ name: '__res_init', version: 'GLIBC_2.2.5', neededBy: '/prediction-api', binding: 'lazy' }],
    },
    findings: [finding()],
    ...changes,
  };
}

export function unknownResult(changes: Partial<CheckResult> = {}): CheckResult {
  const runs = runsResult();
  return {
    ...runs,
    image: {
      reference: 'ghcr.example/app:1',
      source: null,
      platform: null,
      platformChosen: false,
      digest: null,
      libc: { family: 'unknown', version: null },
      provenance: null,
      difference: null,
      fellThrough: [],
    },
    verdict: 'unknown',
    reason: 'no engine answers at /var/run/docker.sock: start Docker, or name another source',
    problem: 'unreadable',
    objects: [],
    ...changes,
  };
}

/** A report of these results, made at a fixed time. */
export function report(...results: readonly CheckResult[]): CheckReport {
  const count = (verdict: CheckResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    schemaVersion: 1,
    tool: { name: 'libc-check', version: '0.1.0', commit: 'abc1234' },
    checkedAt: '2026-11-23T12:00:00.000Z',
    summary: { runs: count('runs'), fails: count('fails'), unknown: count('unknown') },
    results,
    skipped: [],
  };
}
