import { archCases } from './arch.ts';
import type { Case } from './case.ts';
import { abiNoteCases } from './glibc/abi-note.ts';
import { candidateCases } from './glibc/candidates.ts';
import { defaultDirectoryCases } from './glibc/default-directories.ts';
import { hwcapsCases } from './glibc/hwcaps.ts';
import { imageLayoutCases } from './glibc/image-layouts.ts';
import { lazyBindingCases } from './glibc/lazy-binding.ts';
import { ldSoCacheCases } from './glibc/ld-so-cache.ts';
import { listElementCases } from './glibc/list-elements.ts';
import { loaderLibcMismatchCases } from './glibc/loader-libc-mismatch.ts';
import { neededCases } from './glibc/needed.ts';
import { preloadCases } from './glibc/preload.ts';
import { propertyCases } from './glibc/properties.ts';
import { relrCases } from './glibc/relr.ts';
import { searchPathCases } from './glibc/search-path.ts';
import { secureExecutionCases } from './glibc/secure-execution.ts';
import { symbolCases } from './glibc/symbols.ts';
import { versionTableCases } from './glibc/version-tables.ts';
import { versionedLookupCases } from './glibc/versioned-lookup.ts';
import { versionCases } from './glibc/versions.ts';
import { imageCases } from './images.ts';
import { elfHeaderCases } from './kernel/elf-header.ts';
import { engineLookUpCases } from './kernel/engine-look-up.ts';
import { envCommandCases } from './kernel/env-command.ts';
import { interpFileCases } from './kernel/interp-file.ts';
import { interpPathCases } from './kernel/interp-path.ts';
import { mappingCases } from './kernel/mapping.ts';
import { packedCases } from './kernel/packed.ts';
import { permissionCases } from './kernel/permissions.ts';
import { shebangCases } from './kernel/shebang.ts';
import { staticProgramCases } from './kernel/static-programs.ts';
import { textFileCases } from './kernel/text-files.ts';
import { muslCandidateCases } from './musl/candidates.ts';
import { muslDefaultDirectoryCases } from './musl/default-directories.ts';
import { muslExportCases } from './musl/exports.ts';
import { muslGlibcProgramCases } from './musl/glibc-programs.ts';
import { muslPreloadCases } from './musl/preload.ts';
import { muslRelocationCases } from './musl/relocations.ts';
import { muslReservedNameCases } from './musl/reserved-names.ts';
import { muslSearchPathCases } from './musl/search-path.ts';
import { muslSecureExecutionCases } from './musl/secure-execution.ts';
import { muslSymbolCases } from './musl/symbols.ts';
import { uclibcCases } from './uclibc.ts';

/** Every case of the table, in the order of fixtures/cases/observed.json. */
export const cases: readonly Case[] = [
  // The engine and the kernel.
  ...engineLookUpCases,
  ...permissionCases,
  ...shebangCases,
  ...envCommandCases,
  ...textFileCases,
  ...elfHeaderCases,
  ...mappingCases,
  ...staticProgramCases,
  ...interpPathCases,
  ...interpFileCases,
  ...packedCases,
  // Layers and links of an image.
  ...imageCases,
  // glibc.
  ...searchPathCases,
  ...neededCases,
  ...listElementCases,
  ...candidateCases,
  ...abiNoteCases,
  ...defaultDirectoryCases,
  ...ldSoCacheCases,
  ...hwcapsCases,
  ...imageLayoutCases,
  ...preloadCases,
  ...secureExecutionCases,
  ...versionCases,
  ...versionTableCases,
  ...versionedLookupCases,
  ...relrCases,
  ...lazyBindingCases,
  ...symbolCases,
  ...loaderLibcMismatchCases,
  ...propertyCases,
  // musl.
  ...muslSearchPathCases,
  ...muslReservedNameCases,
  ...muslPreloadCases,
  ...muslDefaultDirectoryCases,
  ...muslSecureExecutionCases,
  ...muslCandidateCases,
  ...muslSymbolCases,
  ...muslRelocationCases,
  ...muslExportCases,
  ...muslGlibcProgramCases,
  // uclibc-ng.
  ...uclibcCases,
  // Other machines.
  ...archCases,
];
