import type { ToolIdentity } from './examine/check-report.ts';

/** Set by scripts/build.mjs; not there when the sources are run as they are (vitest). */
declare const __LIBC_CHECK_VERSION__: string | undefined;
declare const __LIBC_CHECK_COMMIT__: string | undefined;

function sourceVersion(): string {
  const { createRequire } = process.getBuiltinModule('node:module');
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}

/** Name, version and git commit of this build; the commit is `development` when the sources are run as they are. */
export const toolIdentity: ToolIdentity = {
  name: 'libc-check',
  version: typeof __LIBC_CHECK_VERSION__ === 'string' ? __LIBC_CHECK_VERSION__ : sourceVersion(),
  commit: typeof __LIBC_CHECK_COMMIT__ === 'string' ? __LIBC_CHECK_COMMIT__ : 'development',
};
