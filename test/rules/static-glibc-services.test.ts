import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const folder = temporaryFolder();
const compiler = 'gcc';
const at = (name: string): string => join(folder, name);

function compile(name: string, code: string, ...args: readonly string[]): void {
  writeFileSync(at('source.c'), code);
  const { status, stderr } = spawnSync(compiler, ['-o', at(name), at('source.c'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

/** The note about a program in Debian with these services; `own` is a service whose library lies in the image. */
async function note(program: string, services: string, image = 'debian:11-slim'): Promise<Finding | null> {
  writeFileSync(at('nsswitch.conf'), `# users\npasswd:\t${services} [NOTFOUND=return]\n\nhosts: files dns\n`);
  const { results } = await check({
    binaries: [at(program)],
    images: [`profile:${image}`],
    add: [
      { source: at('nsswitch.conf'), destination: '/etc/nsswitch.conf' },
      { source: at('libnss_own.so.2'), destination: '/usr/lib/libnss_own.so.2' },
    ],
    environment: {},
  });
  expect(results.map(({ verdict }) => verdict)).toEqual(['runs']);
  return results[0]?.findings.find(({ rule }) => rule === 'static-glibc-services') ?? null;
}

/** Static programs of glibc 2.34 and later; that these die where a service is loaded was seen in Debian 11 and 13 (134, 136). */
describeNeeding('a static glibc program that looks up names', [needProgram('gcc')], () => {
  beforeAll(() => {
    compile('users', '#include <pwd.h>\nint main(void){return getpwnam("root") == 0;}', '-static');
    compile('plain', 'int main(void){return 0;}', '-static');
    compile('libnss_own.so.2', 'int x;', '-shared', '-fPIC', '-Wl,-soname,libnss_own.so.2');
  });

  test('gets no note where only files and dns answer: both are linked in (S1)', async () => {
    expect(await note('users', 'files dns')).toBeNull();
  });

  test('gets a note with the library of a service that it would load of the image (S1)', async () => {
    const found = await note('users', 'files own');
    expect(found).toMatchObject({ severity: 'note', subject: '/users', seen: null, exitStatus: null });
    expect(found?.where).toEqual(['/users', '/lib/libnss_own.so.2']);
    expect(found?.message).toMatch(
      /the image has glibc 2\.31: .* dies at the first of them \(134 or 136\)\.$/,
    );
  });

  test('gets no note for a service whose library the image lacks: it is skipped (S1)', async () => {
    expect(await note('users', 'files systemd')).toBeNull();
  });

  test('gets no note under musl, which has nothing to load (S1)', async () => {
    expect(await note('users', 'files own', 'alpine:3.20')).toBeNull();
  });

  test('gets no note for the iconv and dlopen that every static program has (S2)', async () => {
    expect(await note('plain', 'files own')).toBeNull();
  });
});
