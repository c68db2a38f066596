import type { RangeReader } from '../bytes/range-reader.ts';
import {
  DF_1_PIE,
  DT_FLAGS_1,
  DT_PLTGOT,
  EM_386,
  EM_X86_64,
  ET_DYN,
  ET_EXEC,
  PT_DYNAMIC,
  PT_INTERP,
  PT_LOAD,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Segment } from '../elf-file.ts';
import type { FileHeader } from '../file-header.ts';
import type { MemoryView } from './memory-view.ts';

type Program = Pick<FileHeader, 'type' | 'machine' | 'entry'>;

const hasLoader = (segments: readonly Segment[]): boolean => segments.some(({ type }) => type === PT_INTERP);

/** The kernel maps nothing there for a program (vm.mmap_min_addr), and no linker puts one there. */
const lowestPages = 4096;

/** Records a defect where a file of fixed addresses has its content at the lowest page. */
export function checkFixedPlace(reader: RangeReader, { type }: Program, segments: readonly Segment[]): void {
  const isLow = segments.some(
    (segment) => segment.type === PT_LOAD && segment.memsz > 0 && segment.vaddr < lowestPages,
  );
  if (type === ET_EXEC && isLow)
    reader.defect('program-headers', 'a file of fixed addresses begins at the lowest page');
}

/** Records a defect where e_entry of a program does not lead to the begin of a function; `flags1` is DT_FLAGS_1, null without PT_DYNAMIC. */
export function checkEntry(
  reader: RangeReader,
  { type, entry }: Program,
  segments: readonly Segment[],
  flags1: number | null,
  { starts }: MemoryView,
): void {
  const address = Number(entry);
  // Shared objects are entered nowhere; older linkers leave the address of .text in them.
  const isPie = type === ET_DYN && (hasLoader(segments) || flags1 === null || (flags1 & DF_1_PIE) !== 0);
  const isProgram = type === ET_EXEC || isPie;
  const reason = address === 0 || !isProgram ? null : starts.reasonAgainst(address, 'the entry point');
  if (reason !== null) reader.defect('code', reason);
}

/**
 * Records a defect where a static PIE has its dynamic segment elsewhere than its start code finds it: the code keeps
 * _DYNAMIC as it was linked, as does the first word at DT_PLTGOT (x86 psABI). patchelf moves the segment when it grows.
 */
export function checkOwnDynamic(
  reader: RangeReader,
  { type, machine }: Program,
  segments: readonly Segment[],
  tags: DynamicTags,
  { words }: MemoryView,
): void {
  const isStaticPie =
    type === ET_DYN && ((tags.value(DT_FLAGS_1) ?? 0) & DF_1_PIE) !== 0 && !hasLoader(segments);
  const table = tags.value(DT_PLTGOT);
  if (!isStaticPie || table === null || (machine !== EM_X86_64 && machine !== EM_386)) return;
  const segment = segments.findLast((each) => each.type === PT_DYNAMIC);
  if (words.at(table) !== segment?.vaddr)
    reader.defect('code', 'its dynamic segment was moved, and its start code looks at the old place');
}
