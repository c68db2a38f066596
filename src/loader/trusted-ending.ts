import type { ElfFile } from '../elf/elf-file.ts';
import { decisiveDefect } from './decisive-defect.ts';
import type { Ending } from './load-trace.ts';
import { oddSegments } from './odd-segments.ts';

interface LoadedFile {
  readonly path: string;
  readonly elf: ElfFile;
}

/** Why nothing is certain of a start with these objects, and whether not even their needs are. */
interface Doubt {
  readonly reason: string;
  readonly ofNeeds: boolean;
}

function doubtOf({ path, elf }: LoadedFile): Doubt | null {
  const defect = elf.truncated ? null : decisiveDefect(elf);
  if (defect !== null) {
    const ofNeeds = elf.defects.some(({ part }) => part === 'dynamic' || part === 'strings');
    return { reason: `${path}: ${defect.part} cannot be read: ${defect.reason}`, ofNeeds };
  }
  const odd = oddSegments(elf);
  return odd === null ? null : { reason: `${path}: ${odd}`, ofNeeds: true };
}

/**
 * The ending, unless it rests on what could not be read: then nothing starts for certain, no symbol is missing for certain,
 * and where names are unreadable nothing that they ask for is. `unread` is why an object that is asked for could not be read.
 */
export function trustedEnding(ending: Ending, unread: string | null, objects: readonly LoadedFile[]): Ending {
  const doubts = objects.flatMap((object) => doubtOf(object) ?? []);
  const reason = unread ?? doubts[0]?.reason ?? null;
  if (reason === null) return ending;
  const namesAreSure = !doubts.some(({ ofNeeds }) => ofNeeds);
  const isSure = ending.kind === 'stops' && ending.stage === 'library' && namesAreSure;
  return isSure ? ending : { kind: 'undetermined', reason };
}
