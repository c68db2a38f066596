import type { Container } from '../../container/container.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import type { Problem } from '../trace/problem.ts';
import { cpythonTag, cpythonVersionOf, ownTag } from './cpython.ts';
import type { CallerKind } from './known-callers.ts';
import { buildIn } from './module-builds.ts';
import { nodeModuleVersion, registrationOf, takesNodeApi } from './node-module-version.ts';
import { otherInit } from './python-init.ts';

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

/** A module of CPython 3 whose function for the import has another name than the file: loaded, and then refused (S35). */
export function initRefusal(
  { rootfs }: Container,
  kind: CallerKind | null,
  { path: caller, realPath }: OpenedFile,
  { path, elf }: Plugin,
): Problem | null {
  if (kind?.id !== 'python' || elf === null) return null;
  if (cpythonVersionOf(rootfs, realPath)?.startsWith('3.') !== true) return null;
  const other = otherInit(path, elf);
  if (other === null) return null;
  return {
    kind: 'caller-refuses',
    caller,
    path,
    reason: `CPython calls ${other.wanted} in a file of this name, and the file has ${other.defined}`,
    built: other.defined,
    runs: other.wanted,
    ...afterwards,
    seen: `ImportError: dynamic module does not define module export function (${other.wanted})`,
  };
}

/** An addon of a level of Node-API that this Node.js lacks: it dies of SIGSEGV and prints nothing (S35). */
function levelRefusal(
  container: Container,
  program: OpenedFile,
  path: string,
  elf: ElfFile,
): Problem | string | null {
  const answer = takesNodeApi(container, program, elf);
  const level = buildIn(elf, 'node-api');
  if (answer === 'unknown')
    return `${path} asks for level ${level} of Node-API, and it is not known whether ${program.path} has that`;
  if (answer.takes) return null;
  return {
    kind: 'caller-refuses',
    caller: program.path,
    path,
    reason: `it asks for level ${level} of Node-API, and this Node.js has ${answer.most} at most`,
    built: `Node-API ${level}`,
    runs: `Node-API ${answer.most}`,
    stage: 'library',
    fatal: true,
    seen: null,
    exitStatus: 139,
  };
}

/**
 * Whether Node.js takes an addon by how it registers itself (S35): a problem when not, a reason when that is unknown, null when
 * nothing is against it.
 */
export function registrationRefusal(
  container: Container,
  kind: CallerKind | null,
  program: OpenedFile,
  { path, elf }: Plugin,
): Problem | string | null {
  if (kind?.id !== 'node' || elf === null) return null;
  const registration = registrationOf(elf);
  if (registration.by === 'any') return levelRefusal(container, program, path, elf);
  const own = nodeModuleVersion(container, program);
  const versions: readonly (number | null)[] =
    registration.by === 'symbol' ? registration.versions : [registration.version];
  if (own !== null && versions.includes(own)) return null;
  const built = versions.map((version) => version ?? '?').join(', ');
  if (own === null || versions.includes(null)) {
    const what = own === null ? `${program.path} has` : 'it was built for';
    return `${path} registers itself for one NODE_MODULE_VERSION, and it is not known which of them ${what}`;
  }
  const seen =
    registration.by === 'symbol'
      ? `Error: Module did not self-register: '${path}'.`
      : `Error: The module '${path}'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION ${built}. ` +
        `This version of Node.js requires\nNODE_MODULE_VERSION ${own}.`;
  return {
    kind: 'caller-refuses',
    caller: program.path,
    path,
    reason: `it registers itself for NODE_MODULE_VERSION ${built}, and this Node.js has NODE_MODULE_VERSION ${own}`,
    built: `NODE_MODULE_VERSION ${built}`,
    runs: `NODE_MODULE_VERSION ${own}`,
    ...afterwards,
    seen,
  };
}
