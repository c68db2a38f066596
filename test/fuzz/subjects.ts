import type { Subject } from './subject.ts';
import { cache } from './subjects/cache.ts';
import { conf } from './subjects/conf.ts';
import { elf } from './subjects/elf.ts';
import { index } from './subjects/index.ts';
import { script } from './subjects/script.ts';
import { tar } from './subjects/tar.ts';

/** All subjects by name. */
export const subjects: ReadonlyMap<string, Subject> = new Map(
  [elf, tar, index, cache, conf, script].map((subject) => [subject.name, subject]),
);
