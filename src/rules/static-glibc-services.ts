import { defineRule } from './define-rule.ts';

/** A static glibc program that loads parts of its own glibc at run time (S1, S2). */
export const staticGlibcServices = defineRule({
  id: 'static-glibc-services',
  title: 'A static glibc program that loads libraries at run time',
  severity: 'note',
  confidence: 'likely',
  check: ({ binary }) => {
    const services = binary.hints?.staticGlibc;
    if (services?.nss !== true) return [];
    const uses = [
      ...(services.nss ? ['name service look-ups (users, hosts)'] : []),
      ...(services.iconv ? ['character conversion (iconv)'] : []),
      ...(services.dlopen ? ['dlopen'] : []),
    ];
    if (uses.length === 0) return [];
    return [
      {
        subject: binary.at,
        expected: 'shared libraries of the very glibc that it was built with, when it uses them',
        found: `code for ${uses.join(', ')}`,
        where: [binary.at],
        message: `${binary.at} is static and starts anywhere, but it carries code for ${uses.join(', ')}, which loads shared libraries of the same glibc at run time.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
