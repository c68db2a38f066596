import type { Distro } from '../container/distro.ts';
import { parseShebang } from '../loader/kernel/shebang.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, nameOf, remedy } from './binary-facts.ts';
import { firstLine, placeOfCommand } from './first-line.ts';
import { folderOf } from './folders.ts';
import { proved } from './proof.ts';
import { adviseOnDanglingPython } from './virtual-environment.ts';

/** Folders of programs that every image has or may have; PATH names them. */
const standardFolders = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Names under which the same interpreter goes. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  python: ['python3'],
  python3: ['python'],
  node: ['nodejs'],
  nodejs: ['node'],
  awk: ['gawk', 'mawk'],
};

const namesOf = (name: string): readonly string[] => [
  name,
  ...(Object.hasOwn(otherNames, name) ? (otherNames[name] ?? []) : []),
];

/** Interpreters that Alpine's packages put into /bin. */
const inBin = new Set(['bash', 'zsh', 'mksh', 'tcsh', 'sh', 'ash']);

/** Where a distribution's package puts an interpreter. */
export const pathOfPackage = (name: string, { id }: Distro): string =>
  id === 'alpine' && inBin.has(name) ? `/bin/${name}` : `/usr/bin/${name}`;

const isProgram = (path: string, { rootfs }: AdviceFacts): boolean => {
  const found = rootfs.lookup(path);
  return found.ok && found.inode.type === 'file' && (found.inode.mode & 0o111) !== 0;
};

/** A link at `path` to `target`. */
const link = (path: string, target: string, action: string): Remedy =>
  remedy(action, `RUN ln -s ${target} ${path}`, { kind: 'link', path, target });

/** The first line of the script with another interpreter and the same argument. */
function lineWith(script: string, interpreter: string, { rootfs, container }: AdviceFacts): string {
  const found = rootfs.lookup(script, { cwd: container.start.cwd });
  const content = found.ok ? found.inode.content : null;
  const argument = content?.kind === 'script' ? (parseShebang(content.head)?.argument ?? null) : null;
  return argument === null ? `#!${interpreter}` : `#!${interpreter} ${argument}`;
}

/** The script was moved together with the environment that its first line names. */
function besideScript(
  { script, interpreter }: ProblemOf<'script-interpreter'>,
  facts: AdviceFacts,
): readonly Remedy[] {
  const beside = `${folderOf(script).replace(/\/$/, '')}/${nameOf(interpreter)}`;
  if (standardFolders.includes(folderOf(beside)) || !isProgram(beside, facts)) return [];
  const moved = `It was written for ${folderOf(interpreter)} and lies in ${folderOf(script)}: name the interpreter that lies beside it.`;
  const line = firstLine(script, lineWith(script, beside, facts), moved, facts);
  const create = remedy(
    `Or create the environment where it will stand, at ${folderOf(folderOf(script))}, and copy it to the same path.`,
  );
  return line === null ? [] : [line, create];
}

/** The interpreter of a first line lies elsewhere in the image: beside the script, or in a folder of programs. Empty when not. */
export function adviseOnStrayInterpreter(
  problem: ProblemOf<'script-interpreter'>,
  facts: AdviceFacts,
): readonly Remedy[] {
  const { script, interpreter } = problem;
  const moved = besideScript(problem, facts);
  if (moved.length > 0) return moved;
  const name = nameOf(interpreter);
  const isStandard = !interpreter.includes('/') || standardFolders.includes(folderOf(interpreter));
  // A Python of its own has packages of its own: another one would start and not find them.
  if (!isStandard && /^(python|pypy)[\d.]*$/.test(name)) return adviseOnDanglingPython(interpreter, facts);
  const found = namesOf(name)
    .flatMap((each) => [placeOfCommand(each, facts), ...standardFolders.map((folder) => `${folder}/${each}`)])
    .find((path) => path !== null && path !== interpreter && isProgram(path, facts));
  if (found == null) return [];
  const hasFolder = interpreter.includes('/') && facts.rootfs.lookup(folderOf(interpreter)).ok;
  const offered = [
    firstLine(script, lineWith(script, found, facts), `The image has ${name} at ${found}: name that.`, facts),
    isStandard && hasFolder
      ? proved(link(interpreter, found, 'Or make a link to it at the path that the script names.'), facts)
      : null,
  ];
  return offered.flatMap((one) => one ?? []);
}

/** Folders below which programs are installed on their own: `/opt/node/bin`, `/usr/local/go/bin`, `/app/.venv/bin`. */
const roots = [
  '/opt',
  '/usr/local',
  '/usr/lib',
  '/root',
  '/app',
  '/srv',
  '/home',
  '/usr/src',
  '/workspace',
  '/',
];

/** The most folders that are looked at. */
const foldersTried = 400;

/** Folders named `bin` at most three levels below the usual places. */
function binFolders({ rootfs, container }: AdviceFacts): readonly string[] {
  const { cwd } = container.start;
  const found = new Set<string>();
  let looked = 0;
  const walk = (folder: string, depth: number): void => {
    if (looked++ > foldersTried) return;
    for (const { name, inode } of rootfs.list(folder)) {
      if (inode.type !== 'directory' || (folder === '/' && /^(?:proc|sys|dev|usr|etc|var)$/.test(name)))
        continue;
      const path = `${folder.replace(/\/$/, '')}/${name}`;
      if (name === 'bin' || name === '.bin') found.add(path);
      else if (depth > 0) walk(path, depth - 1);
    }
  };
  for (const root of [cwd, ...roots]) walk(root, root === '/' ? 1 : 3);
  return [...found];
}

/** The command of `env NAME` lies outside of PATH, or goes under another name. Empty when it does not. */
export function adviseOnStrayCommand(
  { script, env, command }: ProblemOf<'env-command-missing'>,
  facts: AdviceFacts,
): readonly Remedy[] {
  if (command.includes('/')) return [];
  const [, ...others] = namesOf(command);
  const other = others.find((name) => placeOfCommand(name, facts) !== null);
  if (other !== undefined) {
    const place = placeOfCommand(other, facts) ?? other;
    const at = `${folderOf(place)}/${command}`;
    const offered = [
      firstLine(script, `#!${env} ${other}`, `The image has ${other}: name that.`, facts),
      proved(link(at, other, `Or make ${command} a link to it.`), facts),
    ];
    return offered.flatMap((one) => one ?? []);
  }
  const folder = binFolders(facts).find((each) => isProgram(`${each}/${command}`, facts));
  if (folder === undefined) return [];
  const value = `${folder}:${facts.variables.get('PATH') ?? ''}`.replace(/:$/, '');
  const action = `${command} is at ${folder}/${command}, in no folder of PATH: add its folder.`;
  const offered = proved(
    remedy(action, `ENV PATH=${folder}:$PATH`, { kind: 'env', name: 'PATH', value }),
    facts,
  );
  return offered === null ? [] : [offered];
}
