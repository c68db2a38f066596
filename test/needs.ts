import { spawnSync } from 'node:child_process';
import { describe, test } from 'vitest';

/** Something outside of the package that some tests need; `missing` says why it cannot be had, null when it is there. */
export interface Need {
  readonly name: string;
  readonly missing: string | null;
}

/** A program that answers `args` with exit status 0. */
export function needProgram(name: string, args: readonly string[] = ['--version']): Need {
  const { error, status } = spawnSync(name, args, { stdio: 'ignore', timeout: 10_000 });
  if (error !== undefined) return { name, missing: `${name} cannot be started here` };
  return { name, missing: status === 0 ? null : `${name} ${args.join(' ')} ended with ${status}` };
}

/** To act as other users. */
export const needRoot: Need = {
  name: 'root',
  missing: process.getuid?.() === 0 ? null : 'it needs root',
};

/** A Docker Engine that answers (DOCKER_HOST and the current context count, as for the docker command). */
export function needEngine(): Need {
  const asked = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 });
  const name = 'a Docker Engine';
  if (asked.error !== undefined) return { name, missing: 'the docker command is not installed' };
  return { name, missing: asked.status === 0 ? null : 'no Docker Engine answers' };
}

/**
 * A suite that runs where its needs are met. Where they are not, it is skipped with the reason in its name, which the
 * run tells at its end; where LIBC_CHECK_REQUIRE_ALL is set (CI), that is a failure instead.
 */
export function describeNeeding(name: string, needs: readonly Need[], suite: () => void): void {
  const missing = needs.flatMap((need) => need.missing ?? []);
  if (missing.length === 0) {
    describe(name, suite);
  } else if (process.env['LIBC_CHECK_REQUIRE_ALL'] === undefined) {
    describe.skip(`${name} (skipped: ${missing.join(', ')})`, suite);
  } else {
    test(`${name}: everything that it needs is there`, () => {
      throw new Error(missing.join(', '));
    });
  }
}
