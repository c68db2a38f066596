/** How the command is called on what a trick lays down. */
export interface Call {
  readonly argv: readonly string[];
  /** Added to an environment of PATH, HOME (a folder of the trick's own) and LANG; null takes a variable away. */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly cwd?: string;
  /** A program and its arguments that execute the words behind them, such as setpriv, in place of node itself. */
  readonly through?: readonly string[];
  /** What is wrong with the files that the call leaves, a sentence each. */
  readonly leaves?: () => readonly string[];
  /** The path of a file that standard input is; without it, standard input is at its end. */
  readonly stdin?: string;
  /** Ends what `prepare` started, such as a server. */
  readonly end?: () => void | Promise<void>;
}

/** What the call may cost. */
export interface Bounds {
  readonly memoryMiB: number;
  readonly processorSeconds: number;
  readonly seconds: number;
}

/** No input makes a process hold more than 400 MiB, or work for more than 60 seconds of processor time. */
export const bounds: Bounds = { memoryMiB: 400, processorSeconds: 60, seconds: 120 };

/** One hostile input, and what the command must make of it. */
export interface Trick {
  readonly name: string;
  /** Lays down its files in the folder, which is empty and removed afterwards, and gives the call. */
  readonly prepare: (folder: string) => Call | Promise<Call>;
  /** Every exit status that is right. */
  readonly status: readonly number[];
  /** What standard output or standard error must say. */
  readonly says?: RegExp;
  /** What neither may say. */
  readonly saysNot?: RegExp;
  /** The most lines on standard error; 1 unless it is given. */
  readonly errorLines?: number;
  readonly bounds?: Partial<Bounds>;
  /** Run by the tests of every commit too: ends within a second. */
  readonly small?: true;
}

/** What the call did. */
export interface Observed {
  /** null where a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The run was ended from outside, since it went over its seconds or three times its memory. */
  readonly ended: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What is wrong with the files that it left. */
  readonly left: readonly string[];
  /** The peak of the resident memory. */
  readonly memoryMiB: number;
  readonly processorSeconds: number;
  readonly seconds: number;
}
