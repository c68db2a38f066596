import { posix } from 'node:path';
import type { Container } from '../../../container/container.ts';
import { firstFile } from './included-files.ts';

/** The machine in the folders of a JDK up to 8. */
const oldArchitectures = ['amd64', 'i386', 'aarch64', 'aarch32', 'arm', 'ppc64le', 's390x'];

/** The virtual machine, which the launcher opens with RTLD_GLOBAL, and the library that it opens before any other. */
export function javaLibraries(
  { rootfs }: Container,
  program: string,
): { jvm: string | null; java: string | null } {
  const home = posix.dirname(posix.dirname(program));
  const folders = [
    `${home}/lib`,
    ...oldArchitectures.flatMap((name) => [`${home}/lib/${name}`, `${home}/jre/lib/${name}`]),
  ];
  const kinds = ['server', 'client', 'minimal', 'zero'];
  return {
    jvm: firstFile(
      rootfs,
      folders.flatMap((folder) => kinds.map((kind) => `${folder}/${kind}/libjvm.so`)),
    ),
    java: firstFile(
      rootfs,
      folders.map((folder) => `${folder}/libjava.so`),
    ),
  };
}
