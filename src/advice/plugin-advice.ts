import { posix } from 'node:path';
import { callersIn } from '../loader/callers/find-caller.ts';
import { callerKind } from '../loader/callers/known-callers.ts';
import { symbolTable } from '../loader/symbols/symbol-table.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { findStrayLibraries } from './stray-libraries.ts';

/** So many files beside a plugin are looked into. */
const maxSiblings = 512;

/** The plugin beside this one that defines most of the symbols that are missing in it; empty when none defines any (S33). */
export function adviseOnSibling(neededBy: string | undefined, facts: AdviceFacts): readonly Remedy[] {
  const { at, rootfs, trace } = facts;
  if (facts.elf?.interp != null || (trace.opener === undefined && trace.executed[0] !== at)) return [];
  const names = problemsIn(facts, 'symbol-missing').flatMap((problem) =>
    problem.neededBy === neededBy && !problem.fromCaller ? [problem.name] : [],
  );
  const folder = posix.dirname(at);
  let best: { readonly path: string; readonly defined: readonly string[] } | null = null;
  for (const { name, inode } of rootfs.list(folder, /\.(so|node)$/).slice(0, maxSiblings)) {
    const path = posix.join(folder, name);
    const dynamic = inode.content?.kind === 'elf' ? inode.content.elf.dynamic : null;
    if (dynamic === null || path === at) continue;
    const table = symbolTable(dynamic);
    const defined = names.filter((symbol) => table.get(symbol)?.some((each) => each.defined) === true);
    if (defined.length > (best?.defined.length ?? 0)) best = { path, defined };
  }
  if (best === null) return [];
  const [first = ''] = best.defined;
  const more = best.defined.length === 1 ? '' : ` and ${best.defined.length - 1} more`;
  return [
    remedy(
      `Load ${nameOf(best.path)} first, which is in the same folder and defines ${first}${more}; check it as loaded before.`,
      `--loaded-before ${best.path}`,
    ),
  ];
}

/** A plugin that another one needs by DT_NEEDED lies in the image (S33): glibc finds it by its soname once it is loaded, musl does not. */
export function adviseOnNeededPlugin(soname: string, facts: AdviceFacts): readonly Remedy[] {
  const { elf, rootfs, trace, at } = facts;
  if (elf === null || soname.startsWith('lib') || soname.includes('/') || elf.interp !== null) return [];
  const [nearest] = findStrayLibraries(rootfs, soname, elf);
  if (nearest?.match !== 'exact' || nearest.path === at) return [];
  const folder = posix.dirname(nearest.path);
  if (trace.loader?.family === 'musl')
    return [
      remedy(
        `${soname} is at ${nearest.path}. Loading it first does not help: musl matches no library that was opened by its path, so its folder must be searched.`,
        `ENV LD_LIBRARY_PATH=${folder}`,
      ),
    ];
  return [
    remedy(
      `${soname} is at ${nearest.path}. Load that first: glibc then finds it by its soname; check it as loaded before.`,
      `--loaded-before ${nearest.path}`,
    ),
  ];
}

/** Another program of that kind in the image. */
export const adviseOnCallerUnusable: Adviser = ({ subject: caller }, { elf, container }) => {
  const kind = callerKind(caller);
  const [other] = kind === null || elf === null ? [] : callersIn(container, kind, elf);
  if (other !== undefined) return [remedy('Name the program that the image has.', `--loaded-by ${other}`)];
  return [remedy(`Install ${nameOf(caller)} in the image, or use an image that has it.`)];
};

/** How to get a plugin of the right build, by the first word of what it was built for. */
const otherBuilds: { readonly [program: string]: { readonly how: string; readonly command: string | null } } =
  {
    NODE_MODULE_VERSION: {
      how: 'Install or build the addon with the Node.js of the image',
      command: 'npm rebuild',
    },
    'Node-API': { how: 'Install or build the addon for the Node-API of the image', command: null },
    PHP: { how: 'Install or build the extension with the PHP of the image', command: null },
    Zend: { how: 'Install or build the extension with the PHP of the image', command: null },
    nginx: { how: 'Install or build the module with the nginx of the image', command: null },
    Perl: { how: 'Install or build the module with the Perl of the image', command: null },
    PostgreSQL: { how: 'Install or build the library with the PostgreSQL of the image', command: null },
  };

/** A module has to have the name that its function for the import has; one of Python 2 is no module of Python 3. */
function renameModule(path: string, init: string): readonly Remedy[] {
  const name = /^PyInit_(\w+)$/.exec(init)?.[1];
  if (name === undefined) return [remedy('Build the module for Python 3, or use an image with Python 2.')];
  const file = nameOf(path).replace(/^[^.]*/, name);
  return [
    remedy('Give the file the name of its module.', `COPY ${nameOf(path)} ${posix.dirname(path)}/${file}`),
    remedy('Or build the module under the name that it is to be imported by.'),
  ];
}

/** The plugin has to be built, or installed, for the caller that is there. */
export const adviseOnCallerRefuses: Adviser = ({ subject, expected, where: [path = ''] }) => {
  if (expected.startsWith('PyInit_')) return renameModule(path, subject);
  const [program = ''] = subject.split(' ');
  const { how, command } = otherBuilds[program] ?? {
    how: 'Install the package with the Python of the image',
    command: 'RUN pip install PACKAGE',
  };
  const name = how.replace(/^.* (with|for) the (\S+) of the image$/, '$2');
  return [
    remedy(`${how} (${expected}).`, command),
    remedy(`Or use an image with the ${name} that it was built for.`),
  ];
};
