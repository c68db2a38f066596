/** `error`: it will not start; `warning`: it starts and can fail later; `note`: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** `exact`: the loader's own decision, carried out on the image's own files; `likely`: rests on something that no file tells. */
export type Confidence = 'exact' | 'likely';

/** One thing to do about a finding, for people; `command` is a line to paste where there is one. */
export interface Remedy {
  readonly action: string;
  readonly command: string | null;
}

/** A place in a text file, such as a Dockerfile or a configuration. Lines and columns count from 1. */
export interface Location {
  /** As the user named the file, or relative to the folder that was named. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The first place behind it; null when only its beginning is known. */
  readonly end: { readonly line: number; readonly column: number } | null;
}

export interface Finding {
  /** Kebab-case id: the only name of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What it is about: a library, a version, a path. */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  /** Where it was looked for: paths in the order tried, or the object at fault. */
  readonly where: readonly string[];
  /** The line of a text file that causes it; null for what no such file says. */
  readonly location: Location | null;
  /** One sentence for people. */
  readonly message: string;
  /** The exact line that kernel, engine or loader prints for this; null when it prints none. */
  readonly seen: string | null;
  /** The exit status that goes with it; null when the program goes on. */
  readonly exitStatus: number | null;
  readonly remedies: readonly Remedy[];
}
