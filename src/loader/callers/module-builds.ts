import { posix } from 'node:path';
import type { ElfFile, ModuleHost } from '../../elf/elf-file.ts';
import { programSymbols } from '../../elf/modules/program-symbols.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import type { Loaded } from '../trace/loaded.ts';
import type { Problem, ProblemOf } from '../trace/problem.ts';

/** The build that a file says; null when it says none. */
export const buildIn = (elf: ElfFile | null, host: ModuleHost): string | null =>
  elf?.moduleBuilds?.find((each) => each.host === host)?.build ?? null;

interface Builds {
  readonly path: string;
  /** Of the plugin, and of the program. */
  readonly built: string;
  readonly own: string;
}

/** What a program says when a plugin is of another build (S35). */
interface Refusal {
  readonly built: string;
  readonly runs: string;
  readonly seen: string;
  readonly exitStatus: number;
}

/** `API20220829,NTS` as PHP names its parts. */
function phpParts(build: string): { readonly api: string; readonly flags: string } {
  const [, api = '', flags = ''] = /^API(\d+),(.*)$/.exec(build) ?? [];
  return { api, flags };
}

/** `php_register_extensions` and `zend_startup_module`: a warning, after which PHP goes on without the module. */
function phpRefuses({ built, own }: Builds): Refusal {
  const [theirs, mine] = [phpParts(built), phpParts(own)];
  const what = theirs.api === mine.api ? 'build ID' : 'module API';
  const [value, wanted] = theirs.api === mine.api ? [built, own] : [theirs.api, mine.api];
  return {
    built: `PHP ${built}`,
    runs: `PHP ${own}`,
    seen:
      `Unable to initialize module\nModule compiled with ${what}=${value}\n` +
      `PHP    compiled with ${what}=${wanted}\nThese options need to match`,
    exitStatus: 0,
  };
}

/** `zend_load_extension_handle` (Zend/zend_extensions.c), which goes on without it too. */
function zendRefuses({ built, own }: Builds): Refusal {
  const [theirs, mine] = [phpParts(built).api, phpParts(own).api];
  const age = Number(theirs) > Number(mine) ? 'outdated' : 'newer';
  return {
    built: `Zend ${built}`,
    runs: `Zend ${own}`,
    seen:
      theirs === mine
        ? `it was built with configuration ${built}, whereas running engine is ${own}`
        : `requires Zend Engine API version ${theirs}.\nThe Zend Engine API version ${mine} which is installed, is ${age}.`,
    exitStatus: 0,
  };
}

/** `ngx_load_module` and `ngx_add_module` (core/nginx.c, core/ngx_module.c). */
function nginxRefuses({ path, built, own }: Builds): Refusal {
  const [version = '', signature = ''] = built.split(' ');
  const [wanted = '', ownSignature = ''] = own.split(' ');
  return version === wanted
    ? {
        built: `nginx signature ${signature}`,
        runs: `nginx signature ${ownSignature}`,
        seen: `module "${path}" is not binary compatible`,
        exitStatus: 1,
      }
    : {
        built: `nginx version ${version}`,
        runs: `nginx version ${wanted}`,
        seen: `module "${path}" version ${version} instead of ${wanted}`,
        exitStatus: 1,
      };
}

/** `Perl_xs_handshake` (util.c): the size of the interpreter comes first, and differs between releases. */
function perlRefuses({ built, own }: Builds): Refusal {
  return {
    built: `Perl ${built}`,
    runs: `Perl ${own}`,
    seen: 'loadable library and perl binaries are mismatched',
    exitStatus: 1,
  };
}

/** `load_module` (mod_so.c), and `ap_add_module` (server/config.c) after it; the release of one series stays the same in all of it. */
function apacheRefuses({ path, built, own }: Builds): Refusal | null {
  const [cookie = '', version = '', file = '', symbol = ''] = built.split(' ');
  const [wantedCookie = '', wantedVersion = ''] = own.split(' ');
  const garbled = cookie.startsWith('0x') ? cookie.slice(2) : null;
  const what = {
    built:
      garbled === null ? `Apache ${cookie} ${version}` : `no Apache, with ${garbled} in place of its cookie`,
    runs: `Apache ${wantedCookie} ${wantedVersion}`,
    exitStatus: 1,
  };
  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  if (cookie !== wantedCookie)
    return {
      ...what,
      seen:
        `API module structure '${symbol}' in file ${path} is garbled - expected signature ${hex(wantedCookie)} but saw ` +
        `${garbled ?? hex(cookie)} - perhaps this is not an Apache module DSO, or was compiled for a different Apache version?`,
    };
  if (version === wantedVersion) return null;
  return {
    ...what,
    seen:
      `Module "${file}" is not compatible with this version of Apache (found ${version}, need ${wantedVersion}). ` +
      'Please contact the vendor for the correct version.',
  };
}

const refusals = {
  php: phpRefuses,
  zend: zendRefuses,
  nginx: nginxRefuses,
  perl: perlRefuses,
  apache: apacheRefuses,
} as const;

/** The build of the program, or of the library that it consists of, among what is in the process. */
function ownBuild(
  host: keyof typeof programSymbols,
  program: OpenedFile,
  { objects }: Loaded,
): string | null {
  const isHost = (elf: ElfFile) =>
    elf.dynamic?.symbols.some(({ name, defined }) => defined && name === programSymbols[host]) === true;
  for (const elf of [program.elf, ...objects.map((object) => object.elf)]) {
    const build = elf === null ? null : buildIn(elf, host);
    if (elf !== null && build !== null && isHost(elf)) return build;
  }
  return null;
}

/** `15` of 1500, `9.6` of 906. */
const postgresqlRelease = (version: string): string =>
  version.length > 3
    ? String(Math.floor(Number(version) / 100))
    : `${version.slice(0, -2)}.${Number(version.slice(-2))}`;

/** The version that PostgreSQL's own libraries have, which every server needs and which are built with it. */
function postgresqlVersion(rootfs: Rootfs, program: string, plugin: string): string | null {
  const prefix = posix.dirname(posix.dirname(program));
  const folders = [`${prefix}/lib`, `${prefix}/lib/postgresql`, posix.dirname(plugin)];
  for (const folder of folders) {
    for (const name of ['plpgsql', 'dict_snowball', 'libpqwalreceiver']) {
      const found = rootfs.lookup(`${folder}/${name}.so`);
      const content = found.ok ? found.inode.content : null;
      const version = content?.kind === 'elf' ? buildIn(content.elf, 'postgresql') : null;
      if (version !== null) return version;
    }
  }
  return null;
}

function refusedBy(
  caller: string,
  path: string,
  { built, runs, ...effect }: Refusal,
): ProblemOf<'caller-refuses'> {
  const reason = `it was built for ${built}, and this program is ${runs}`;
  return {
    kind: 'caller-refuses',
    caller,
    path,
    reason,
    built,
    runs,
    stage: 'library',
    fatal: true,
    ...effect,
  };
}

/** What a program says of a plugin that was built for another build of it (S35); null when nothing is against it, or it is unknown. */
export function buildRefusal(
  rootfs: Rootfs,
  program: OpenedFile,
  { path, elf }: { readonly path: string; readonly elf: ElfFile | null },
  loaded: Loaded,
): Problem | null {
  const server = buildIn(elf, 'postgresql');
  const ownServer = server === null ? null : postgresqlVersion(rootfs, program.realPath, path);
  if (server !== null && ownServer !== null && server !== ownServer)
    return refusedBy(program.path, path, {
      built: `PostgreSQL ${postgresqlRelease(server)}`,
      runs: `PostgreSQL ${postgresqlRelease(ownServer)}`,
      seen: `incompatible library "${path}": version mismatch`,
      exitStatus: 1,
    });
  for (const host of ['zend', 'php', 'nginx', 'perl', 'apache'] as const) {
    const built = buildIn(elf, host);
    const own = built === null ? null : ownBuild(host, program, loaded);
    if (built === null || own === null || built === own) continue;
    const refusal = refusals[host]({ path, built, own });
    if (refusal !== null) return refusedBy(program.path, path, refusal);
  }
  return null;
}
