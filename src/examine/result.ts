import type { BinaryFile } from '../binary/binary-file.ts';
import type { Host } from '../container/host.ts';
import type { Libc } from '../container/libc.ts';
import { isStatic, kindOf } from '../elf/kind.ts';
import { machineName } from '../elf/machine.ts';
import { looksPacked } from '../elf/packed/looks-packed.ts';
import type { Image } from '../image/image.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { CommandLink, FailedStart, Start } from '../plan/start.ts';
import type { Finding } from '../rules/finding.ts';
import { textOfBytes, textsOfBytes } from './byte-text.ts';
import type {
  BinaryReport,
  CheckResult,
  CommandReport,
  ImageReport,
  MissingSymbol,
  ObjectReport,
} from './check-report.ts';

function binaryKind({ elf, content }: BinaryFile): BinaryReport['kind'] {
  if (elf === null) return content.kind === 'script' ? 'script' : 'other';
  const kind = kindOf(elf);
  if (isStatic(kind)) return 'static-executable';
  if (kind === 'executable' || kind === 'pie') return 'executable';
  return kind === 'shared-object' ? 'shared-object' : 'other';
}

function binaryReport(path: string, at: string, binary: BinaryFile | null): BinaryReport {
  return {
    path,
    at: textOfBytes(at),
    sha256: binary?.sha256 ?? null,
    buildId: binary?.elf?.notes.buildId ?? null,
    machine: binary?.elf == null ? null : machineName(binary.elf),
    interp: binary?.elf?.interp == null ? null : textOfBytes(binary.elf.interp.path),
    kind: binary === null ? 'other' : binaryKind(binary),
  };
}

/** The libc that the report names: the one whose loader ran, else that of the image's own programs. */
function reportedLibc(trace: LoadTrace, system: Libc | null): ImageReport['libc'] {
  const named = trace.loader ?? system;
  return named === null
    ? { family: 'none', version: null }
    : { family: named.family, version: named.version };
}

function imageReport(reference: string, image: Image | null, libc: ImageReport['libc']): ImageReport {
  const platform = image?.content.platform;
  return {
    reference,
    source: image?.source ?? null,
    platform:
      platform === undefined
        ? null
        : [platform.os, platform.architecture, platform.variant].filter((part) => part !== null).join('/'),
    platformChosen: image?.platformChosen ?? false,
    digest: image?.digest ?? null,
    libc,
    provenance: image?.content.provenance ?? null,
    difference: image?.difference ?? null,
    fellThrough: image?.fellThrough ?? [],
  };
}

function assumptions(host: Host): CheckResult['assumptions'] {
  return { kernel: host.kernel.join('.'), cpu: host.cpu ?? 'x86-64 (level unknown)', engine: host.engine };
}

/** Each missing symbol of an object once, by the reference that must be met first. */
function missingSymbolsOf(problems: LoadTrace['problems']): CheckResult['missing']['symbols'] {
  const symbols = new Map<string, MissingSymbol>();
  for (const problem of problems) {
    if (problem.kind !== 'symbol-missing' || problem.fromCaller) continue;
    const { name, version, neededBy, binding } = problem;
    const key = `${name}\0${version}\0${neededBy}`;
    if (symbols.get(key)?.binding !== 'startup') symbols.set(key, { name, version, neededBy, binding });
  }
  return [...symbols.values()];
}

/** `opened` is the checked library, which is there even when dlopen rejects it; null for a program. */
function missingOf({ problems }: LoadTrace, opened: string | null): CheckResult['missing'] {
  return {
    libraries: problems.flatMap((problem) =>
      problem.kind === 'library-missing' || (problem.kind === 'library-rejected' && problem.soname !== opened)
        ? [{ soname: problem.soname, neededBy: problem.neededBy }]
        : [],
    ),
    versions: problems.flatMap((problem) =>
      problem.kind === 'version-missing'
        ? [{ version: problem.version, file: problem.file, neededBy: problem.neededBy }]
        : [],
    ),
    symbols: missingSymbolsOf(problems),
  };
}

function objectsOf(trace: LoadTrace): ObjectReport[] {
  return trace.objects.map(({ name, path, neededBy, foundBy, trail }) => ({
    soname: name,
    path,
    neededBy,
    foundBy,
    trail,
  }));
}

/** What packing hides is unknown, unless the start already fails without it (S20). */
function hiddenByPacking({ elf, hints }: BinaryFile): string | null {
  if (hints?.upx?.kind === 'hidden') return `it is packed by UPX, and ${hints.upx.reason}`;
  return hints === null && elf !== null && looksPacked(elf)
    ? 'it looks packed by UPX, and what is packed is not kept of files of an image: check the file itself'
    : null;
}

/** What the user would see: the last lines and the status, or the loader's lines before a program that starts. */
function seenOf(ending: LoadTrace['ending'], { engine }: Host): CheckResult['seen'] {
  if (ending.kind === 'stops') {
    const { message, isWhole, exitStatus } = ending;
    return { message: textOfBytes(message), complete: isWhole, exitStatus, engine };
  }
  if (ending.kind !== 'starts' || ending.printed === '') return null;
  return { message: textOfBytes(ending.printed), complete: true, exitStatus: 0, engine };
}

function commandReport(entry: CommandLink | null): CommandReport | null {
  if (entry === null) return null;
  const { argv, link, by } = entry;
  return textsOfBytes({ argv, link, by: by?.program ?? null, place: by?.place ?? null });
}

/** The result of a simulation. */
export function decidedResult(
  start: Start,
  trace: LoadTrace,
  findings: readonly Finding[],
  systemLibc: Libc | null,
): CheckResult {
  const { binary, at, image, entry, host } = start;
  const { ending } = trace;
  const hidden = ending.kind === 'starts' ? hiddenByPacking(binary) : null;
  const reason = hidden ?? (ending.kind === 'unknown' ? ending.reason : null);
  const stops = ending.kind === 'stops';
  return {
    binary: binaryReport(binary.path, at, binary),
    image: imageReport(image.reference, image, reportedLibc(trace, systemLibc)),
    command: commandReport(entry.kind === 'command' ? entry : null),
    verdict: reason !== null ? 'unknown' : stops ? 'fails' : 'runs',
    stage: stops ? ending.stage : null,
    seen: reason === null ? seenOf(ending, host) : null,
    reason,
    problem: reason === null ? null : 'unreadable',
    missing: textsOfBytes(missingOf(trace, entry.kind === 'dlopen' ? at : null)),
    objects: textsOfBytes(objectsOf(trace)),
    findings: textsOfBytes(findings),
    assumptions: assumptions(host),
  };
}

/** The result where binary or image could not be read at all. */
export function unknownResult(start: FailedStart): CheckResult {
  const { path, binary, reference, image, failure, host, command } = start;
  return {
    binary: binaryReport(path, path, binary),
    image: {
      ...imageReport(reference, image, { family: 'unknown', version: null }),
      fellThrough: image?.fellThrough ?? failure.fellThrough ?? [],
    },
    command: commandReport(command),
    verdict: 'unknown',
    stage: null,
    seen: null,
    reason: failure.reason,
    problem: failure.problem,
    missing: { libraries: [], versions: [], symbols: [] },
    objects: [],
    findings: [],
    assumptions: assumptions(host),
  };
}
