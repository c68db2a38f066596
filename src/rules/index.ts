import { appimage } from './appimage.ts';
import { archMismatch } from './arch-mismatch.ts';
import { argumentsTooLong } from './arguments-too-long.ts';
import { buildMissing } from './build-missing.ts';
import { callerRefuses } from './caller-refuses.ts';
import { callerUnusable } from './caller-unusable.ts';
import { commandMissing } from './command-missing.ts';
import { copySizeDiffers } from './copy-size-differs.ts';
import { crashAtStart } from './crash-at-start.ts';
import type { Rule } from './define-rule.ts';
import { dlopenMissing } from './dlopen-missing.ts';
import { entrypointMissing } from './entrypoint-missing.ts';
import { execFormat } from './exec-format.ts';
import { executableStack } from './executable-stack.ts';
import { fileCapabilities } from './file-capabilities.ts';
import { fileCapabilitiesNote } from './file-capabilities-note.ts';
import { foreignLibc } from './foreign-libc.ts';
import { glibcUnderMusl } from './glibc-under-musl.ts';
import { healthcheckFails } from './healthcheck-fails.ts';
import { hostSymbols } from './host-symbols.ts';
import { hwcapsCopy } from './hwcaps-copy.ts';
import { imagePlatform } from './image-platform.ts';
import { imagePlatformNote } from './image-platform-note.ts';
import { interpreterMissing } from './interpreter-missing.ts';
import { interpreterUnusable } from './interpreter-unusable.ts';
import { isDirectory } from './is-directory.ts';
import { isaLevel } from './isa-level.ts';
import { isaLevelNote } from './isa-level-note.ts';
import { kernelTooOld } from './kernel-too-old.ts';
import { libraryMissing } from './library-missing.ts';
import { libraryRejected } from './library-rejected.ts';
import { libraryUnreadable } from './library-unreadable.ts';
import { loaderLibcMismatch } from './loader-libc-mismatch.ts';
import { mixedGlibc } from './mixed-glibc.ts';
import { noLoader } from './no-loader.ts';
import { notExecutable } from './not-executable.ts';
import { openedBy } from './opened-by.ts';
import { otherPlatform } from './other-platform.ts';
import { packedBinary } from './packed-binary.ts';
import { preloadIgnored } from './preload-ignored.ts';
import { relocationUnsupported } from './relocation-unsupported.ts';
import { relrUnsupported } from './relr-unsupported.ts';
import { scriptCommandMissing } from './script-command-missing.ts';
import { scriptCrlf } from './script-crlf.ts';
import { scriptEnds } from './script-ends.ts';
import { scriptInterpreter } from './script-interpreter.ts';
import { scriptOption } from './script-option.ts';
import { scriptUnreadable } from './script-unreadable.ts';
import { staticCaller } from './static-caller.ts';
import { staticGlibcServices } from './static-glibc-services.ts';
import { staticTls } from './static-tls.ts';
import { symbolMissing } from './symbol-missing.ts';
import { symbolMissingLazy } from './symbol-missing-lazy.ts';
import { textrelUnsupported } from './textrel-unsupported.ts';
import { truncatedFile } from './truncated-file.ts';
import { tunablesIgnored } from './tunables-ignored.ts';
import { userUnknown } from './user-unknown.ts';
import { verneedUnloaded } from './verneed-unloaded.ts';
import { versionMissing } from './version-missing.ts';
import { versionTableMissing } from './version-table-missing.ts';
import { weakVersionMissing } from './weak-version-missing.ts';

/** All rules, in the order in which their findings are reported: by the stage that they belong to. */
export const rules = [
  commandMissing,
  userUnknown,
  entrypointMissing,
  callerUnusable,
  staticCaller,
  callerRefuses,
  isDirectory,
  notExecutable,
  argumentsTooLong,
  fileCapabilities,
  fileCapabilitiesNote,
  healthcheckFails,
  imagePlatform,
  imagePlatformNote,
  archMismatch,
  buildMissing,
  execFormat,
  scriptCrlf,
  scriptInterpreter,
  scriptCommandMissing,
  scriptOption,
  scriptUnreadable,
  scriptEnds,
  interpreterMissing,
  interpreterUnusable,
  noLoader,
  otherPlatform,
  truncatedFile,
  crashAtStart,
  kernelTooOld,
  foreignLibc,
  loaderLibcMismatch,
  mixedGlibc,
  libraryMissing,
  libraryUnreadable,
  libraryRejected,
  preloadIgnored,
  tunablesIgnored,
  versionMissing,
  weakVersionMissing,
  versionTableMissing,
  verneedUnloaded,
  isaLevel,
  isaLevelNote,
  hwcapsCopy,
  executableStack,
  symbolMissing,
  symbolMissingLazy,
  hostSymbols,
  openedBy,
  relocationUnsupported,
  staticTls,
  relrUnsupported,
  textrelUnsupported,
  copySizeDiffers,
  glibcUnderMusl,
  staticGlibcServices,
  packedBinary,
  appimage,
  dlopenMissing,
] as const satisfies readonly Rule[];

export type RuleId = (typeof rules)[number]['id'];
