import { keptText } from '../container/kept-text.ts';
import { defineRule, type RuleContext } from './define-rule.ts';

/** Linked into static programs since glibc 2.34. */
const builtIn = new Set(['files', 'dns']);

/** The services that /etc/nsswitch.conf names, each once. */
function namedServices(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').split(':')[1] ?? '');
  return [...new Set(lines.flatMap((line) => line.replace(/\[[^\]]*\]/g, ' ').split(/\s+/)))].filter(
    (service) => /^\w+$/.test(service),
  );
}

/** The libraries in the image of those services that a static program has to load, where its glibc looks for them. */
function serviceLibraries({ container: { rootfs }, libcs }: RuleContext): readonly string[] {
  const folders = libcs.flatMap(({ elf, family }) =>
    family === 'glibc' ? (elf.libcText?.systemDirs ?? []) : [],
  );
  const services = namedServices(keptText(rootfs, '/etc/nsswitch.conf') ?? '');
  return services
    .filter((service) => !builtIn.has(service))
    .flatMap((service) => {
      const places = folders.map((folder) => `${folder.replace(/\/+$/, '')}/libnss_${service}.so.2`);
      const found = places.find((path) => rootfs.lookup(path).ok);
      return found === undefined ? [] : [found];
    });
}

/** A static glibc program that loads parts of its own glibc at run time (S1, S2). */
export const staticGlibcServices = defineRule({
  id: 'static-glibc-services',
  title: 'A static glibc program that loads libraries at run time',
  severity: 'note',
  confidence: 'likely',
  check: (context) => {
    const { binary, libcs } = context;
    const services = binary.hints?.staticGlibc;
    if (services?.nss !== true) return [];
    const libraries = services.nssBuiltIn ? serviceLibraries(context) : [];
    if (services.nssBuiltIn && libraries.length === 0) return [];
    const own = libcs.find(({ family }) => family === 'glibc')?.version ?? null;
    const image = own === null ? 'the image has no glibc' : `the image has glibc ${own}`;
    const loads = services.nssBuiltIn
      ? `/etc/nsswitch.conf makes that load ${libraries.join(', ')}`
      : 'that loads libnss_files.so.2 and others';
    const ends =
      own === null
        ? 'there they find nothing'
        : 'with another release than its own, the program dies at the first of them (134 or 136)';
    return [
      {
        subject: binary.at,
        expected:
          'shared libraries of the very glibc that it was built with, when it looks up users or hosts',
        found: `code for name service look-ups; ${image}`,
        where: [binary.at, ...libraries],
        message: `${binary.at} is static and starts anywhere, but it has code for name service look-ups (users, hosts): ${loads}, of the glibc that it was built with; ${image}: ${ends}.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
