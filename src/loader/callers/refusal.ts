import type { Container } from '../../container/container.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import type { Problem } from '../trace/problem.ts';
import { cpythonTag, cpythonVersionOf, ownTag } from './cpython.ts';
import type { CallerKind } from './known-callers.ts';
import { nodeModuleVersion, registeredVersions } from './node-module-version.ts';

interface Plugin {
  readonly path: string;
  readonly elf: ElfFile | null;
}

/** How the caller puts it that it does not take the object. */
const afterwards = { stage: 'library', fatal: true, exitStatus: 1 } as const;

/** CPython imports extension modules of its own tag, of abi3, and without a tag (S35). */
export function importRefusal(
  { rootfs }: Container,
  kind: CallerKind | null,
  { path: caller, realPath }: OpenedFile,
  { path }: Plugin,
): Problem | null {
  const tag = kind?.id === 'python' ? cpythonTag(path) : null;
  if (tag === null) return null;
  const release = cpythonVersionOf(rootfs, realPath);
  if (release === null) return null;
  const own = ownTag(rootfs, realPath, release);
  const fits = own === null ? tag.release === null || tag.release === release : tag.text === own;
  if (fits) return null;
  const expected = own ?? `cpython-${release.replace('.', '')}`;
  return {
    kind: 'caller-refuses',
    caller,
    path,
    reason: `its name has the tag ${tag.text}, and CPython ${release} imports only modules of its own tag (${expected}), of abi3, and without a tag`,
    built: tag.text,
    runs: expected,
    ...afterwards,
    seen: 'ModuleNotFoundError: No module named',
  };
}

/** Node.js takes an addon that registers itself for its NODE_MODULE_VERSION, or by Node-API (S35). */
export function registrationRefusal(
  kind: CallerKind | null,
  program: OpenedFile,
  { path, elf }: Plugin,
): Problem | null {
  if (kind?.id !== 'node' || elf === null) return null;
  const registered = registeredVersions(elf);
  if (registered === null || registered.length === 0) return null;
  const own = nodeModuleVersion(program.elf);
  if (own === null || registered.includes(own)) return null;
  const versions = registered.join(', ');
  return {
    kind: 'caller-refuses',
    caller: program.path,
    path,
    reason: `it registers itself for NODE_MODULE_VERSION ${versions}, and this Node.js has NODE_MODULE_VERSION ${own}`,
    built: `NODE_MODULE_VERSION ${versions}`,
    runs: `NODE_MODULE_VERSION ${own}`,
    ...afterwards,
    seen: `Error: Module did not self-register: '${path}'.`,
  };
}
