/** The public face: what other programs may build on. Everything else can change at any time. */
export { BinaryError } from './binary/binary-file.ts';
export { check, checkStream } from './check.ts';
export type { CpuLevel, Engine } from './container/host.ts';
export type {
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
} from './examine/check-report.ts';
export type {
  FileContent,
  Image,
  ImageConfig,
  ImageContent,
  ImageSourceName,
  LayerEntry,
  LayerIndex,
  Platform,
  Provenance,
  SourceAttempt,
} from './image/image.ts';
export { ImageError } from './image/image-error.ts';
export type { ImageProgress, RegistryOptions } from './image/source-options.ts';
export { type InspectOptions, inspect } from './inspect.ts';
export { type OpenImageOptions, openImage } from './open-image.ts';
export type { CheckInput } from './plan/check-input.ts';
export type { DynamicFacts, ElfFacts, InspectedFile } from './report/inspect/report.ts';
export type { Confidence, Cure, Finding, Location, Remedy, Severity } from './rules/finding.ts';
