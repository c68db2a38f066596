/** What a condition gives; null where only a running container knows. */
export type Truth = boolean | null;
