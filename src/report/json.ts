import type {
  BinaryReport,
  CheckReport,
  CheckResult,
  CommandReport,
  ImageReport,
  ObjectReport,
} from '../examine/check-report.ts';
import type { Cure, Finding, Location, Remedy } from '../rules/finding.ts';
import { jsonDocument } from './printable.ts';

/** Each builder names every key once: their order here is the order in the document, and nothing else gets in. */

function binary({ path, at, sha256, buildId, machine, interp, kind }: BinaryReport): BinaryReport {
  return { path, at, sha256, buildId, machine, interp, kind };
}

function image(report: ImageReport): ImageReport {
  const { reference, source, platform, platformChosen, digest, libc, provenance, difference } = report;
  return {
    reference,
    source,
    platform,
    platformChosen,
    digest,
    libc: { family: libc.family, version: libc.version },
    provenance: provenance && {
      madeFrom: provenance.madeFrom,
      sha256: provenance.sha256,
      date: provenance.date,
    },
    difference,
    fellThrough: report.fellThrough.map(({ source, reason }) => ({ source, reason })),
  };
}

function missing({ libraries, versions, symbols }: CheckResult['missing']): CheckResult['missing'] {
  return {
    libraries: libraries.map(({ soname, neededBy }) => ({ soname, neededBy })),
    versions: versions.map(({ version, file, neededBy }) => ({ version, file, neededBy })),
    symbols: symbols.map(({ name, version, neededBy, binding }) => ({ name, version, neededBy, binding })),
  };
}

function object({ soname, path, neededBy, foundBy, trail }: ObjectReport): ObjectReport {
  return {
    soname,
    path,
    neededBy,
    foundBy,
    trail: trail.map((step) => ({ path: step.path, via: step.via, outcome: step.outcome })),
  };
}

function cure(source: Cure): Cure {
  switch (source.kind) {
    case 'base': {
      const { kind, image, packages, platform } = source;
      return { kind, image, packages, platform };
    }
    case 'package':
      return { kind: source.kind, manager: source.manager, names: source.names, upgrade: source.upgrade };
    case 'link':
      return { kind: source.kind, path: source.path, target: source.target };
    case 'copy': {
      const { kind, from, paths, to } = source;
      return { kind, from: from && { image: from.image, packages: from.packages }, paths, to };
    }
    case 'chmod':
      return { kind: source.kind, path: source.path, mode: source.mode };
    case 'env':
      return { kind: source.kind, name: source.name, value: source.value };
    case 'first-line':
      return { kind: source.kind, path: source.path, line: source.line };
    case 'run':
      return { kind: source.kind, command: source.command };
    case 'platform':
      return { kind: source.kind, platform: source.platform };
    case 'rebuild': {
      const { kind, toolchain, target, release } = source;
      return { kind, toolchain, target, release };
    }
  }
}

function remedy(source: Remedy): Remedy {
  const { action, command, proven } = source;
  return { action, command, cure: source.cure && cure(source.cure), proven };
}

function location({ file, line, column, end }: Location): Location {
  return { file, line, column, end: end && { line: end.line, column: end.column } };
}

function finding(source: Finding): Finding {
  return {
    rule: source.rule,
    severity: source.severity,
    confidence: source.confidence,
    subject: source.subject,
    expected: source.expected,
    found: source.found,
    where: source.where,
    location: source.location && location(source.location),
    message: source.message,
    seen: source.seen,
    exitStatus: source.exitStatus,
    remedies: source.remedies.map(remedy),
  };
}

function command({ argv, link, by, place }: CommandReport): CommandReport {
  return { argv, link, by, place: place && { file: place.file, line: place.line } };
}

function result(source: CheckResult): CheckResult {
  const { seen, assumptions } = source;
  return {
    binary: binary(source.binary),
    image: image(source.image),
    command: source.command && command(source.command),
    verdict: source.verdict,
    stage: source.stage,
    seen: seen && {
      message: seen.message,
      complete: seen.complete,
      exitStatus: seen.exitStatus,
      engine: seen.engine,
    },
    reason: source.reason,
    problem: source.problem,
    missing: missing(source.missing),
    objects: source.objects.map(object),
    findings: source.findings.map(finding),
    assumptions: { kernel: assumptions.kernel, cpu: assumptions.cpu, engine: assumptions.engine },
  };
}

/** The report with its keys in the published order. */
export function orderedReport(report: CheckReport): CheckReport {
  const { tool, summary } = report;
  return {
    schemaVersion: report.schemaVersion,
    tool: { name: tool.name, version: tool.version, commit: tool.commit },
    checkedAt: report.checkedAt,
    summary: { runs: summary.runs, fails: summary.fails, unknown: summary.unknown },
    results: report.results.map(result),
    skipped: report.skipped.map(({ path, reason, count }) => ({ path, reason, count })),
  };
}

/** The report as one JSON document (see `report.schema.json`), with a line break at its end. */
export function renderJson(report: CheckReport): string {
  return jsonDocument(orderedReport(report));
}
