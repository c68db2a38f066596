import type { ElfDefect, ElfFile } from '../../elf/elf-file.ts';
import type { Ending } from '../trace/load-trace.ts';
import { decisiveDefect } from './decisive-defect.ts';
import { mayBeCutOff } from './lost-pages.ts';
import { oddSegments } from './odd-segments.ts';

interface LoadedFile {
  readonly path: string;
  readonly elf: ElfFile;
}

/** Why the outcome of a start with these objects is unknown, and which failures are unknown as well. */
interface Doubt {
  readonly reason: string;
  readonly ofNeeds: boolean;
  readonly ofVersions: boolean;
}

const decidesNeeds = new Set<ElfDefect['part']>(['dynamic', 'strings', 'sections']);

/** Where the defect lies, as the subject of a sentence that follows. */
const partWords: Readonly<Record<ElfDefect['part'], string>> = {
  'program-headers': 'its program headers',
  interp: 'its interpreter',
  dynamic: 'its dynamic segment',
  strings: 'its string table',
  symbols: 'its symbols',
  versions: 'its versions',
  relocations: 'its relocations',
  notes: 'its notes',
  code: 'its code',
  sections: 'its section headers',
};

function doubtOf({ path, elf }: LoadedFile): Doubt | null {
  const defect = elf.truncated ? null : decisiveDefect(elf);
  if (defect !== null) {
    const parts = elf.defects.map(({ part }) => part);
    const ofNeeds = parts.some((part) => decidesNeeds.has(part));
    const reason = `${path}: ${partWords[defect.part]}: ${defect.reason}`;
    return { reason, ofNeeds, ofVersions: ofNeeds || parts.includes('versions') };
  }
  const odd = mayBeCutOff(elf) ? 'a segment reaches past the end of the file' : oddSegments(elf);
  return odd === null ? null : { reason: `${path}: ${odd}`, ofNeeds: true, ofVersions: true };
}

/**
 * The ending, unless it rests on what could not be read: then nothing starts for certain, no symbol is missing for certain,
 * and where names are unreadable nothing that they ask for is. `unread` is why an object that is asked for could not be read.
 */
export function trustedEnding(ending: Ending, unread: string | null, objects: readonly LoadedFile[]): Ending {
  const doubts = objects.flatMap((object) => doubtOf(object) ?? []);
  const reason = unread ?? doubts[0]?.reason ?? null;
  if (reason === null) return ending;
  const isSure =
    ending.kind === 'stops' &&
    ((ending.stage === 'library' && !doubts.some(({ ofNeeds }) => ofNeeds)) ||
      (ending.stage === 'version' && !doubts.some(({ ofVersions }) => ofVersions)));
  return isSure ? ending : { kind: 'unknown', reason };
}
