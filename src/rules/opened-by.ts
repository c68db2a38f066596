import { defineRule, listNames } from './define-rule.ts';

/** What a verdict about a plugin assumes: a program that was not named, objects that the image's configuration loads before. */
export const openedBy = defineRule({
  id: 'opened-by',
  title: 'The program of the image that loads it',
  severity: 'note',
  confidence: 'likely',
  check: ({ trace: { opener }, binary }) => {
    if (opener === undefined || (!opener.found && opener.before.length === 0)) return [];
    const { path, title, mode, before } = opener;
    const program = title === null ? path : `${path} (${title})`;
    const binds = mode.binding === 'now' ? 'RTLD_NOW' : 'RTLD_LAZY';
    const after = before.length === 0 ? '' : ` after ${listNames(before, 3)}`;
    return [
      {
        subject: path,
        expected: `${program} loads ${binary.at} with ${binds}${after}`,
        found: opener.found ? 'found by what it is a plugin of' : "by the image's configuration",
        where: [path, ...before],
        message: `${binary.at} was examined as a plugin of ${program}, which loads it with ${binds}${after}.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
