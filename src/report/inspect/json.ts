import type { VersionNeed } from '../../elf/describe/version-needs.ts';
import { jsonDocument } from '../printable.ts';
import type { DynamicFacts, ElfFacts, InspectedFile, InspectReport } from './report.ts';

/** Each builder names every key once: their order here is the order in the document, and nothing else gets in. */

type Summary = InspectedFile['summary'];

function versionNeed({ file, version, symbols }: VersionNeed): VersionNeed {
  return { file, version, symbols: symbols.map(({ name, weak }) => ({ name, weak })) };
}

function glibc(need: NonNullable<Summary['glibc']>): Summary['glibc'] {
  const { oldest, forcedBy, forcedByRelr, needsPrivate } = need;
  return { oldest, forcedBy: forcedBy.map(versionNeed), forcedByRelr, needsPrivate };
}

function toolchain({ go, rust, packer, appImage, comments }: Summary['toolchain']): Summary['toolchain'] {
  return {
    go: go && { version: go.version },
    rust: rust && { commit: rust.commit },
    packer,
    appImage,
    comments,
  };
}

function summary(source: Summary): Summary {
  const { platform, libc, abiTag } = source;
  return {
    machine: source.machine,
    platform: { os: platform.os, architecture: platform.architecture, variant: platform.variant },
    class: source.class,
    endianness: source.endianness,
    kind: source.kind,
    libc: { family: libc.family, evidence: libc.evidence },
    glibc: source.glibc && glibc(source.glibc),
    versions: source.versions.map(versionNeed),
    interp: source.interp,
    needed: source.needed,
    soname: source.soname,
    rpath: source.rpath,
    runpath: source.runpath,
    bindNow: source.bindNow,
    stripped: source.stripped,
    toolchain: toolchain(source.toolchain),
    buildId: source.buildId,
    goBuildId: source.goBuildId,
    abiTag: abiTag && { os: abiTag.os, kernel: abiTag.kernel },
    cpuLevel: source.cpuLevel,
    dlopen: source.dlopen.map(({ sonames, feature, description, priority }) => ({
      sonames,
      feature,
      description,
      priority,
    })),
    packageMetadata: source.packageMetadata,
    executableStack: source.executableStack,
    truncated: source.truncated,
    defects: source.defects.map(({ part, reason }) => ({ part, reason })),
  };
}

function dynamic(source: DynamicFacts): DynamicFacts {
  const { relocations } = source;
  return {
    flags: source.flags,
    flags1: source.flags1,
    filters: source.filters,
    auxiliaries: source.auxiliaries,
    textrel: source.textrel,
    symbolic: source.symbolic,
    hash: source.hash,
    verneed: source.verneed.map(({ file, versions }) => ({
      file,
      versions: versions.map(({ name, weak }) => ({ name, weak })),
    })),
    verdef: source.verdef.map(({ index, name, base }) => ({ index, name, base })),
    undefined: source.undefined.map(({ name, version, file, weak, lazy }) => ({
      name,
      version,
      file,
      weak,
      lazy,
    })),
    defined: source.defined.map(({ name, version, weak, hidden }) => ({ name, version, weak, hidden })),
    relocations: {
      data: relocations.data,
      plt: relocations.plt,
      irelative: relocations.irelative,
      relr: relocations.relr,
      copied: relocations.copied,
    },
  };
}

function facts(source: ElfFacts): ElfFacts {
  const { staticGlibc } = source;
  return {
    osabi: source.osabi,
    abiVersion: source.abiVersion,
    type: source.type,
    machine: source.machine,
    flags: source.flags,
    entry: source.entry,
    segments: source.segments.map(({ type, flags, offset, vaddr, filesz, memsz, align }) => ({
      type,
      flags,
      offset,
      vaddr,
      filesz,
      memsz,
      align,
    })),
    dynamic: source.dynamic && dynamic(source.dynamic),
    notes: source.notes.map(({ owner, type, size }) => ({ owner, type, size })),
    x86IsaUsed: source.x86IsaUsed,
    tlsSize: source.tlsSize,
    hasSectionTable: source.hasSectionTable,
    staticGlibc: staticGlibc && {
      iconv: staticGlibc.iconv,
      nss: staticGlibc.nss,
      dlopen: staticGlibc.dlopen,
    },
  };
}

function file(source: InspectedFile): InspectedFile {
  const { path, size, sha256 } = source;
  return { path, size, sha256, summary: summary(source.summary), facts: facts(source.facts) };
}

/** The inspection as one JSON document (see `inspect.schema.json`), with a line break at its end. */
export function renderInspectJson(report: InspectReport): string {
  const { name, version, commit } = report.tool;
  const document: InspectReport = {
    schemaVersion: report.schemaVersion,
    tool: { name, version, commit },
    files: report.files.map(file),
  };
  return jsonDocument(document);
}
