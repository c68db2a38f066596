import { type NoOutcome, type Outcome, type Phase, symbolKey, unknownNames, versionKey } from './outcome.ts';

/** One recorded outcome: what a real loader did with a file in an image. */
export interface RecordedRow {
  readonly sha256: string;
  readonly image: string;
  readonly variant: 'alone' | 'tree';
  readonly binary: string;
  readonly kind: 'executable' | 'shared object';
  readonly imageArch: string;
  readonly target: string;
  readonly host: string;
  readonly starts: boolean;
  readonly phase: string | null;
  readonly reason: string | null;
  readonly missingLibs: readonly string[];
  readonly missingVersions: readonly { readonly version: string; readonly by: string }[];
  readonly missingSymbols: readonly {
    readonly symbol: string;
    readonly version: string | null;
    readonly by: string;
  }[];
  readonly missingSymbolsCount: number;
  readonly symbolsExact: boolean;
  readonly hostDependent: string | null;
  readonly stderr: string | null;
}

const phases: Readonly<Record<string, Phase>> = {
  'exec-enoent': 'interpreter',
  'exec-enoexec': 'exec',
  'no-loader': 'interpreter',
  'lib-missing': 'library',
  'version-missing': 'version',
  'symbol-missing': 'symbol',
  'relr-unsupported': 'crash',
  osabi: 'library',
  'file-rejected': 'library',
};

export const platforms: Readonly<Record<string, string>> = { armhf: 'arm/v7', arm: 'arm/v6', i386: '386' };
/** Longer lists are cut in the record: only their lengths are compared. */
export const recordedSymbols = 50;

/** Whoever opens a shared object has these, before glibc 2.34 from libdl.so.2 (S34); what recorded the rows had not. */
const dlopenFunctions = new Set(['dlopen', 'dlclose', 'dlerror', 'dlsym']);

const namesOf = ({ kind, missingSymbols }: RecordedRow): RecordedRow['missingSymbols'] =>
  kind === 'executable'
    ? missingSymbols
    : missingSymbols.filter(({ symbol }) => !dlopenFunctions.has(symbol));

export function recordedOutcome(row: RecordedRow): Outcome | NoOutcome {
  const said = row.stderr ?? '';
  const phase = row.starts
    ? 'starts'
    : phases[row.phase === 'other-loader' ? (row.reason ?? '') : (row.phase ?? '')];
  if (phase === undefined) return { phase: null, reason: `recorded as ${row.phase} ${row.reason}`, said };
  if (phase === 'exec' || phase === 'interpreter') return { phase, missing: unknownNames, said };
  const whole = row.symbolsExact && row.missingSymbolsCount <= recordedSymbols;
  return {
    phase,
    said,
    missing: {
      libraries: new Set(row.missingLibs),
      versions: new Set(row.missingVersions.map(({ version, by }) => versionKey(version, 'its file', by))),
      symbols: whole
        ? new Set(namesOf(row).map(({ symbol, version, by }) => symbolKey(symbol, version, by)))
        : null,
    },
  };
}
