import { describe, expect, test } from 'vitest';
import type {
  BinaryReport,
  CheckReport,
  CheckResult,
  ImageReport,
  MissingLibrary,
  MissingSymbol,
  MissingVersion,
  ObjectReport,
  Seen,
  Stage,
  ToolIdentity,
  TrailStep,
  Verdict,
} from '../../src/examine/check-report.ts';
import type { ImageSourceName, Provenance, SourceAttempt } from '../../src/image/image.ts';
import { imageSourceNames } from '../../src/image/sources/image-sources.ts';
import { orderedReport, renderJson } from '../../src/report/json.ts';
import type { Confidence, Finding, Location, Remedy, Severity } from '../../src/rules/finding.ts';
import { failsResult, finding, report, runsResult, unknownResult } from '../report/reports.ts';
import { looseObjects, type Shape, shapeAt, type Words, wordsAt } from './shape.ts';
import { readSchema, validatorOf } from './validate.ts';

const schema = readSchema('report');
const validate = validatorOf('report');

const root: Shape<CheckReport> = {
  schemaVersion: 'always',
  tool: 'always',
  checkedAt: 'always',
  summary: 'always',
  results: 'always',
  skipped: 'always',
};
const skipped: Shape<CheckReport['skipped'][number]> = {
  path: 'always',
  reason: 'always',
  count: 'always',
};
const tool: Shape<ToolIdentity> = { name: 'always', version: 'always', commit: 'always' };
const summary: Shape<CheckReport['summary']> = { runs: 'always', fails: 'always', unknown: 'always' };
const result: Shape<CheckResult> = {
  binary: 'always',
  image: 'always',
  command: 'nullable',
  verdict: 'always',
  stage: 'nullable',
  seen: 'nullable',
  reason: 'nullable',
  problem: 'nullable',
  missing: 'always',
  objects: 'always',
  findings: 'always',
  assumptions: 'always',
};
const binary: Shape<BinaryReport> = {
  path: 'always',
  at: 'always',
  sha256: 'nullable',
  buildId: 'nullable',
  machine: 'nullable',
  interp: 'nullable',
  kind: 'always',
};
const image: Shape<ImageReport> = {
  reference: 'always',
  source: 'nullable',
  platform: 'nullable',
  platformChosen: 'always',
  digest: 'nullable',
  libc: 'always',
  provenance: 'nullable',
  difference: 'nullable',
  fellThrough: 'always',
  credentials: 'always',
};
const libc: Shape<ImageReport['libc']> = { family: 'always', version: 'nullable' };
const provenance: Shape<Provenance> = { madeFrom: 'always', sha256: 'nullable', date: 'always' };
const attempt: Shape<SourceAttempt> = { source: 'always', reason: 'always' };
const seen: Shape<Seen> = { message: 'always', complete: 'always', exitStatus: 'always', engine: 'always' };
const missing: Shape<CheckResult['missing']> = { libraries: 'always', versions: 'always', symbols: 'always' };
const library: Shape<MissingLibrary> = { soname: 'always', neededBy: 'always' };
const version: Shape<MissingVersion> = { version: 'always', file: 'always', neededBy: 'always' };
const symbol: Shape<MissingSymbol> = {
  name: 'always',
  version: 'nullable',
  neededBy: 'always',
  binding: 'always',
};
const object: Shape<ObjectReport> = {
  soname: 'always',
  path: 'nullable',
  neededBy: 'nullable',
  foundBy: 'nullable',
  trail: 'always',
};
const trail: Shape<TrailStep> = { path: 'always', via: 'always', outcome: 'always' };
const found: Shape<Finding> = {
  rule: 'always',
  severity: 'always',
  confidence: 'always',
  subject: 'always',
  expected: 'always',
  found: 'always',
  where: 'always',
  location: 'nullable',
  message: 'always',
  seen: 'nullable',
  exitStatus: 'nullable',
  remedies: 'always',
};
const location: Shape<Location> = { file: 'always', line: 'always', column: 'always', end: 'nullable' };
const end: Shape<NonNullable<Location['end']>> = { line: 'always', column: 'always' };
const remedy: Shape<Remedy> = { action: 'always', command: 'nullable', cure: 'nullable', proven: 'always' };
const assumptions: Shape<CheckResult['assumptions']> = { kernel: 'always', cpu: 'always', engine: 'always' };

const verdicts: Words<Verdict> = { runs: true, fails: true, unknown: true };
const stages: Words<Stage> = { exec: true, interpreter: true, library: true, version: true, symbol: true };
const problems: Words<NonNullable<CheckResult['problem']>> = { call: true, unreadable: true };
const kinds: Words<BinaryReport['kind']> = {
  executable: true,
  'static-executable': true,
  'shared-object': true,
  script: true,
  other: true,
};
const families: Words<ImageReport['libc']['family']> = {
  glibc: true,
  musl: true,
  uclibc: true,
  bionic: true,
  unknown: true,
  none: true,
};
const bindings: Words<MissingSymbol['binding']> = { startup: true, lazy: true };
const severities: Words<Severity> = { error: true, warning: true, note: true };
const confidences: Words<Confidence> = { exact: true, likely: true };
const skipReasons: Words<CheckReport['skipped'][number]['reason']> = {
  'object-file': true,
  'other-platform': true,
  'other-libc': true,
  'name-not-utf8': true,
};
const sources = Object.fromEntries(imageSourceNames.map((name): [ImageSourceName, true] => [name, true]));

describe('the schema of the report', () => {
  test('leaves no object open and no member optional', () => {
    expect(looseObjects(schema)).toEqual([]);
  });

  test.each([
    ['', root],
    ['tool', tool],
    ['summary', summary],
    ['skipped.items', skipped],
    ['results.items', result],
    ['results.items.binary', binary],
    ['results.items.image', image],
    ['results.items.image.libc', libc],
    ['results.items.image.provenance', provenance],
    ['results.items.image.fellThrough.items', attempt],
    ['results.items.seen', seen],
    ['results.items.missing', missing],
    ['results.items.missing.libraries.items', library],
    ['results.items.missing.versions.items', version],
    ['results.items.missing.symbols.items', symbol],
    ['results.items.objects.items', object],
    ['results.items.objects.items.trail.items', trail],
    ['results.items.findings.items', found],
    ['results.items.findings.items.location', location],
    ['results.items.findings.items.location.end', end],
    ['results.items.findings.items.remedies.items', remedy],
    ['results.items.assumptions', assumptions],
  ])('says of "%s" what the type says', (path, shape) => {
    expect(shapeAt(schema, path)).toEqual(shape);
  });

  test.each([
    ['results.items.verdict', verdicts],
    ['results.items.stage', stages],
    ['results.items.problem', problems],
    ['results.items.binary.kind', kinds],
    ['results.items.image.source', sources],
    ['results.items.image.libc.family', families],
    ['results.items.missing.symbols.items.binding', bindings],
    ['results.items.findings.items.severity', severities],
    ['results.items.findings.items.confidence', confidences],
    ['skipped.items.reason', skipReasons],
  ])('knows the words of %s', (path, words) => {
    expect(wordsAt(schema, path).sort()).toEqual(Object.keys(words).sort());
  });

  test('takes every kind of result', () => {
    const all = report(
      failsResult(),
      runsResult({ findings: [finding({ severity: 'note' })] }),
      runsResult({
        findings: [finding({ location: { file: 'Dockerfile', line: 3, column: 1, end: null } })],
      }),
      runsResult({
        findings: [
          finding({ location: { file: 'x.yaml', line: 3, column: 1, end: { line: 3, column: 9 } } }),
        ],
      }),
      unknownResult(),
    );
    expect(validate(JSON.parse(renderJson(all)))).toEqual([]);
  });

  test.each([
    ['a verdict that is none', { verdict: 'maybe' }],
    [
      'an exit status beyond a byte',
      { seen: { message: '', complete: true, exitStatus: 256, engine: 'docker' } },
    ],
    ['a member that is not published', { extra: 1 }],
    ['a hash that is none', { binary: { ...runsResult().binary, sha256: 'xyz' } }],
  ])('refuses %s', (_what, changes) => {
    expect(validate({ ...report(), results: [{ ...runsResult(), ...changes }] })).not.toEqual([]);
  });
});

/** The keys of every object in the order of the document. */
function keysInOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keysInOrder);
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).map(([key, item]) => [key, keysInOrder(item)]);
}

/** The same value with the keys of every object turned round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  ) as T;
}

describe('the JSON report', () => {
  const all = report(failsResult(), runsResult(), unknownResult());

  test('is the report and nothing else', () => {
    expect(JSON.parse(renderJson(all))).toEqual(all);
    expect(orderedReport({ ...all, extra: 1 } as typeof all)).toEqual(all);
  });

  test('has its keys in one order, whatever order they came in', () => {
    expect(keysInOrder(JSON.parse(renderJson(reversed(all))))).toEqual(
      keysInOrder(JSON.parse(renderJson(all))),
    );
    expect(Object.keys(JSON.parse(renderJson(reversed(all))))).toEqual(Object.keys(root));
    expect(Object.keys(JSON.parse(renderJson(reversed(all))).results[0])).toEqual(Object.keys(result));
  });

  test('shows no character that a terminal would act on, and means the same', () => {
    const name = '\u001b[2J\u007f\u009b31m\u202e\u2028\ud800\n';
    const hostile = report(runsResult({ reason: name }));
    expect(renderJson(hostile)).toMatch(/^[\n\x20-\x7e]*$/);
    expect(JSON.parse(renderJson(hostile)).results[0].reason).toBe(name);
  });

  test('tells the time once', () => {
    expect(renderJson(all).match(/2026-11-23T/g)).toHaveLength(1);
  });
});
