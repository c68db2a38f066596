/** Builtins that change nothing that is followed here, and succeed. */
const quiet: ReadonlySet<string> = new Set(': true echo umask ulimit trap times jobs'.split(' '));

/** Builtins whose effect is followed, or stops what is known. */
const others: ReadonlySet<string> = new Set(
  (
    '. [ alias hash bg break cd command continue eval exec exit export false fg getopts kill printf read readonly return set ' +
    'shift source test type unset wait local'
  ).split(' '),
);

/** Of no effect but their output. */
export const isQuiet = (name: string): boolean => quiet.has(name);

/** Whether every shell has it built in. */
export const isBuiltin = (name: string): boolean => quiet.has(name) || others.has(name);
