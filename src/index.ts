/** The public face: what other programs may build on. Everything else can change at any time. */
export { BinaryError } from './binary/binary-file.ts';
export type { CheckInput } from './check/check-input.ts';
export { check } from './check.ts';
export { ImageError } from './image/image-error.ts';
export type {
  FileContent,
  Image,
  ImageConfig,
  ImageIndex,
  ImageSourceName,
  LayerEntry,
  LayerIndex,
  Platform,
  Provenance,
  SourceAttempt,
} from './image/image-index.ts';
export { type ImageProgress, type OpenImageOptions, openImage } from './image/open-image.ts';
export { type InspectOptions, inspect } from './inspect.ts';
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
} from './report/check-report.ts';
export type { InspectedFile } from './report/inspect-report.ts';
export type { Confidence, Finding, Remedy, Severity } from './rules/finding.ts';
export type { CpuLevel, Engine } from './target/host.ts';
