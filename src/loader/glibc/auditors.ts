import type { Problem } from '../trace/problem.ts';
import { preloadIgnored } from '../trace/problems.ts';
import { unreadableFiles } from '../unreadable-files.ts';
import { findObject } from './find-object.ts';
import type { LinkMap } from './link-map.ts';
import type { LoaderSession } from './session.ts';

/** The libraries that LD_AUDIT names (rtld-audit(7), G93). */
export interface Auditors {
  /** As many as are named: the loader divides its static TLS by that before it looks for them. */
  readonly named: number;
  readonly loaded: number;
  /** Of those that load, how many bring libraries of their own, which take static TLS as well. */
  readonly withNeeds: number;
  /** Why the outcome is unknown; null when no auditor decides it. */
  readonly unknown: string | null;
  /** Auditors that the loader reports and ignores. */
  readonly problems: readonly Problem[];
}

/** Functions by which an auditor leads a search or a reference elsewhere. */
const leadingElsewhere = ['la_objsearch', 'la_symbind32', 'la_symbind64'];

const exportsOf = ({ symbols }: LinkMap['dynamic']): Set<string> =>
  new Set(symbols.filter(({ defined }) => defined).map(({ name }) => name));

/** Looks for the auditors as `load_audit_modules` of elf/rtld.c does; under AT_SECURE names with a slash do not count. */
export function auditorsOf(session: LoaderSession, main: LinkMap): Auditors {
  const { container, loader, secure } = session;
  const names = (container.start.env.get('LD_AUDIT') ?? '')
    .split(':')
    .filter((name) => name !== '' && !(secure && name.includes('/')));
  const problems: Problem[] = [];
  let loaded = 0;
  let withNeeds = 0;
  let unknown: string | null = null;
  for (const name of names) {
    const { result, trail } = findObject(session, name, main, main);
    const ignore = (reason: string) => {
      const seen = `ERROR: ld.so: object '${name}' cannot be loaded as audit interface: ${reason}; ignored.`;
      const unreadable = unreadableFiles(container, trail, loader.elf);
      problems.push(preloadIgnored({ name, from: 'LD_AUDIT', reason, unreadable }, seen));
    };
    if (result.kind === 'missing' || result.kind === 'refused') {
      ignore(result.reason.text);
      continue;
    }
    if (result.kind !== 'found') {
      unknown ??= `the auditor ${name} of LD_AUDIT could not be read`;
      continue;
    }
    const { elf, path } = result.candidate;
    const exports = elf.dynamic === null ? new Set<string>() : exportsOf(elf.dynamic);
    if (!exports.has('la_version')) {
      ignore('undefined symbol: la_version');
      continue;
    }
    loaded++;
    if ((elf.dynamic?.needed.length ?? 0) > 0) withNeeds++;
    const decides = leadingElsewhere.find((each) => exports.has(each));
    if (decides !== undefined)
      unknown ??= `LD_AUDIT: ${path} has ${decides}, by which it can lead the loader to other files or symbols`;
  }
  return { named: names.length, loaded, withNeeds, unknown, problems };
}
