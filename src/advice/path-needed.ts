import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, nameOf, remedy } from './binary-facts.ts';
import { folderOf } from './folders.ts';
import { bestProved } from './proof.ts';
import { findStrayLibraries } from './stray-libraries.ts';

/** The most copies that are examined. */
const copiesTried = 4;

/** A library that lies elsewhere in the image, by a link at the path by which it is needed; empty when none helps. */
function linkAtPath(path: string, facts: AdviceFacts): readonly Remedy[] {
  if (facts.elf === null || !path.startsWith('/')) return [];
  const folder = folderOf(path);
  const make = facts.rootfs.lookup(folder).ok ? '' : `mkdir -p ${folder} && `;
  const links = findStrayLibraries(facts.rootfs, nameOf(path), facts.elf)
    .filter((stray) => stray.match === 'exact')
    .slice(0, copiesTried)
    .map((stray) =>
      remedy(
        `${nameOf(path)} is at ${stray.path}: make a link to it at the path by which it is needed.`,
        `RUN ${make}ln -s ${stray.path} ${path}`,
        { kind: 'link', path, target: stray.path },
      ),
    );
  return bestProved(links, facts);
}

/**
 * Remedies for a DT_NEEDED with a slash: linkers write the path of a library that has no soname, and loaders look nowhere else for
 * it (G7).
 */
export function adviseOnNeededPath(path: string, facts: AdviceFacts): readonly Remedy[] {
  const name = nameOf(path);
  const needed = 'it has no soname, so it was linked by its path';
  const links = linkAtPath(path, facts);
  const copy = remedy(
    `Copy ${name} to that very path: ${needed}.`,
    `COPY ${name} ${path.startsWith('/') ? path : `/${path}`}`,
  );
  const rename = remedy(
    `Or give ${name} a soname and link again (-Wl,-soname,${name}), or have it looked for by its name.`,
    `patchelf --replace-needed ${path} ${name} ${nameOf(facts.path) || 'PROGRAM'}`,
  );
  return links.some(({ proven }) => proven) ? [...links, rename] : [...links, copy, rename];
}
