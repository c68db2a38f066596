import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check } from '../src/check.ts';
import type { CheckResult } from '../src/examine/check-report.ts';
import type { CheckInput } from '../src/plan/check-input.ts';
import { temporaryFolder } from './image/temporary-folder.ts';

const compiler = 'gcc';

/** A folder of the test file's own, in which gcc makes what `checked` is asked about. */
export function compiledFolder() {
  const folder = temporaryFolder();
  const at = (path: string): string => join(folder, path);
  return {
    at,
    /** Compiles C to `path` in the folder, and returns its whole path. */
    compiled(path: string, text: string, ...args: readonly string[]): string {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at('source.c'), text);
      const { status, stderr } = spawnSync(compiler, ['-o', at(path), at('source.c'), ...args], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
      return at(path);
    },
  };
}

/** The only result of a check, by default in Debian 12. */
export async function checked(binary: string, input: Partial<CheckInput> = {}): Promise<CheckResult> {
  const images = ['profile:debian:12-slim'];
  const { results } = await check({ binaries: [binary], images, environment: {}, ...input });
  const [result] = results;
  if (result === undefined) throw new Error('there is no result');
  return result;
}
