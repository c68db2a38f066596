/** The environment of this process, for a call of the library that gives none. */
export const callerEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;
