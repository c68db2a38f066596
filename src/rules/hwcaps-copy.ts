import { defineRule } from './define-rule.ts';

/** A library that only processors of a higher level are given (G22), where nobody said which processor it will be. */
export const hwcapsCopy = defineRule({
  id: 'hwcaps-copy',
  title: 'A library is taken from a folder for newer processors',
  severity: 'note',
  confidence: 'likely',
  check: ({ trace, container }) =>
    container.host.cpu !== null
      ? []
      : trace.objects.flatMap(({ name, path }) => {
          if (path === null || !path.includes('/glibc-hwcaps/')) return [];
          const level = /\/glibc-hwcaps\/([^/]+)\//.exec(path)?.[1];
          if (level === undefined) return [];
          return [
            {
              subject: name,
              expected: `a processor of level ${level}`,
              found: 'nothing was said of the processor',
              where: [path],
              message: `${name} is loaded as ${path} on processors of level ${level} and higher; on others the loader looks further. Name the level with --cpu.`,
              seen: null,
              exitStatus: null,
            },
          ];
        }),
});
