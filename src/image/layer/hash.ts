import type { Hash } from 'node:crypto';

/** node:crypto takes 3 to 5 ms to load, and many runs hash nothing: whoever is first to hash loads it. */
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

/** As node:crypto has it. */
export const createHash = (algorithm: string): Hash => crypto().createHash(algorithm);

/** As node:crypto has it. */
export const randomBytes = (size: number): Buffer => crypto().randomBytes(size);
