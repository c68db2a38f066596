import type { CheckResult } from '../../../src/examine/check-report.ts';
import type { Cure, Remedy } from '../../../src/rules/finding.ts';
import type { Trial, TrialPlace, Trials } from '../trial.ts';
import { carryOut, cleared, NotHere, type Patient, type Workshop } from './carry-out.ts';

/** What came of one failing pair. */
export interface Treated {
  readonly image: string;
  readonly binary: string;
  readonly rule: string;
  /** The remedy that was carried out; null when none could be. */
  readonly cure: Cure | null;
  readonly action: string;
  readonly proven: boolean;
  readonly result: 'cured' | 'not cured' | 'not carried out' | 'no remedy' | 'no answer';
  readonly said: string;
  /** Why those that are printed before it were not carried out. */
  readonly skipped: readonly string[];
}

/** A library is opened by a program that has the symbols of callers, or by one without: libuv's own are libuv's. */
async function trialIn(place: TrialPlace, { binary }: Patient, trials: Trials): Promise<Trial> {
  if (binary.question === 'start') return trials.start(place, binary.at, ['--version']);
  const opened = await trials.load(place, binary.at);
  return opened.end === 'fails' ? trials.load(place, binary.at, true) : opened;
}

/** The remedy says that only a caller which is not in the base can give the symbols, and the small one of this test does not. */
const lacksCaller = (action: string, said: string): boolean =>
  action.includes('It is not known whether it loads') && /undefined symbol|symbol not found/.test(said);

interface Offer {
  readonly rule: string;
  readonly remedy: Remedy;
}

function offersOf(result: CheckResult): Offer[] {
  return result.findings
    .filter(({ severity }) => severity === 'error')
    .flatMap(({ rule, remedies }) => remedies.map((remedy) => ({ rule, remedy })));
}

/** Carries out the first remedy that this machine can carry out, and starts the program. */
export async function treat(
  patient: Patient,
  result: CheckResult,
  trials: Trials,
  workshop: Workshop,
): Promise<Treated> {
  const pair = { image: patient.image.name, binary: patient.binary.label };
  const skipped: string[] = [];
  const offers = offersOf(result);
  for (const { rule, remedy } of offers) {
    const { cure, action, proven } = remedy;
    if (cure === null) {
      skipped.push('only people can carry it out');
      continue;
    }
    cleared(workshop);
    const told = { ...pair, rule, cure, action, proven, skipped };
    try {
      const place = carryOut(cure, patient, workshop);
      const { end, said } = await trialIn(place, patient, trials);
      if (end === 'no answer' || (end === 'fails' && lacksCaller(action, said)))
        return { ...told, result: 'no answer', said };
      return { ...told, result: end === 'starts' ? 'cured' : 'not cured', said };
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (!(error instanceof NotHere)) return { ...told, result: 'not cured', said };
      skipped.push(`${cure.kind}: ${said}`);
    }
  }
  const rule = result.findings.find(({ severity }) => severity === 'error')?.rule ?? '';
  const nothing = { ...pair, rule, cure: null, action: '', proven: false, said: '', skipped };
  return { ...nothing, result: offers.length === 0 ? 'no remedy' : 'not carried out' };
}
