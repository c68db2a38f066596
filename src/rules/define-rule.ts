import type { Container } from '../container/container.ts';
import type { Libc } from '../container/libc.ts';
import type { ElfFile, ToolchainHints } from '../elf/elf-file.ts';
import type { Platform } from '../image/image.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Problem, ProblemKind, ProblemOf } from '../loader/trace/problem.ts';
import type { Confidence, Finding, Severity } from './finding.ts';

/** What a rule may look at: what happened, against what, and the checked binary's own facts. */
export interface RuleContext {
  readonly trace: LoadTrace;
  readonly container: Container;
  /** The loaders of the image. */
  readonly libcs: readonly Libc[];
  /** A platform of the image beside the container's on which binary and engine do not agree; null when they agree. */
  readonly otherPlatform: Platform | null;
  readonly binary: {
    /** Where it is in the image. */
    readonly at: string;
    /** Null for a script and for what is no ELF file. */
    readonly elf: ElfFile | null;
    readonly hints: ToolchainHints | null;
  };
}

/** What a rule reports of one case; the rest of a `Finding` is the rule's own. */
export type Detection = Pick<
  Finding,
  'subject' | 'expected' | 'found' | 'where' | 'message' | 'seen' | 'exitStatus'
>;

export interface Rule {
  /** Kebab-case: the only name of the rule, in JSON, docs and tests. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly check: (context: RuleContext) => readonly Detection[];
}

/** Declares a rule. */
export function defineRule<const R extends Rule>(rule: R): R {
  return rule;
}

const kinds = new WeakMap<LoadTrace, ReadonlySet<ProblemKind>>();

function kindsOf(trace: LoadTrace): ReadonlySet<ProblemKind> {
  const known = kinds.get(trace) ?? new Set(trace.problems.map(({ kind }) => kind));
  kinds.set(trace, known);
  return known;
}

const none: readonly never[] = [];

/** The problems of one kind, in order. */
export function problemsOf<K extends ProblemKind>(trace: LoadTrace, kind: K): readonly ProblemOf<K>[] {
  const { problems } = trace;
  if (problems.length === 0 || (problems.length > 4 && !kindsOf(trace).has(kind))) return none;
  if (problems.length === 1 && problems[0]?.kind !== kind) return none;
  return problems.filter((problem): problem is ProblemOf<K> => problem.kind === kind);
}

/** The line and status that a problem gives to its finding. */
export const effectOf = (problem: Problem): Pick<Detection, 'seen' | 'exitStatus'> => ({
  seen: problem.seen,
  exitStatus: problem.exitStatus,
});

/** One line for several problems of a group: their lines joined, and the first status. */
export const effectsOf = (problems: readonly Problem[]): Pick<Detection, 'seen' | 'exitStatus'> => {
  const lines = problems.flatMap((problem) => (problem.seen === null ? [] : [problem.seen]));
  return { seen: lines.length === 0 ? null : lines.join('\n'), exitStatus: problems[0]?.exitStatus ?? null };
};

/** Groups in the order of their first members. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  if (items.length === 0) return [];
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** At most `limit` names, then how many more there are. */
export function listNames(names: readonly string[], limit = 6): string {
  const shown = names.slice(0, limit).join(', ');
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
