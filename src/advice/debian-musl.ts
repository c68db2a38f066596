import { familyOfSoname } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { firstMuslWith } from '../rules/musl-symbols.ts';
import { isAtLeast } from './base-images.ts';
import { type AdviceFacts, remedy } from './binary-facts.ts';
import { installing, installLine, packageManagerOf } from './package-manager.ts';

/** Debian's package musl by VERSION_ID: its release, and what it lacks of Alpine's build (by nm -D of both). */
const packages: Readonly<Record<string, { readonly musl: string; readonly lacks: readonly string[] }>> = {
  11: { musl: '1.2.2', lacks: [] },
  12: { musl: '1.2.3', lacks: ['crypt', 'crypt_r', 'encrypt', 'setkey'] },
  13: { musl: '1.2.5', lacks: [] },
};

/** Whether the package of the image's release has all of musl that the program asks for. */
function hasAll({ elf, distro }: AdviceFacts): boolean {
  const release = distro.id === 'debian' ? packages[distro.versionId ?? ''] : undefined;
  if (release === undefined) return true;
  return (elf?.dynamic?.symbols ?? []).every(({ name, defined }) => {
    if (defined) return true;
    const first = firstMuslWith(name)?.musl.replace(/_.*$/, '');
    return !release.lacks.includes(name) && (first === undefined || isAtLeast(release.musl, first));
  });
}

/** musl programs that need nothing but musl can have it from Debian's own package. */
export function muslPackage(facts: AdviceFacts): readonly Remedy[] {
  const { elf, rootfs } = facts;
  // A library is opened by a process that has its loader already.
  if (elf?.interp == null || packageManagerOf(rootfs) !== 'apt') return [];
  const onlyMusl = (elf.dynamic?.needed ?? []).every(
    (name) => familyOfSoname(name) === 'musl' || name === 'libc.so',
  );
  if (!onlyMusl || !hasAll(facts)) return [];
  const action = 'Or install the package musl, which brings the loader.';
  return [remedy(action, installLine('apt', ['musl']), installing('apt', ['musl']))];
}
