import { posix } from 'node:path';
import type { Container } from '../../../container/container.ts';
import { firstFile } from './included-files.ts';

/** lighttpd loads mod_auth before modules that check users (`config_insert_srvconf` of configfile.c), which take its functions. */
export function lighttpdModules({ rootfs }: Container, plugin: string): string[] {
  if (!/^mod_authn_\w+\.so$/.test(posix.basename(plugin))) return [];
  const first = firstFile(rootfs, [`${posix.dirname(plugin)}/mod_auth.so`]);
  return first === null ? [] : [first];
}
