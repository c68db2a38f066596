import { ImageError } from '../image-error.ts';

/** Largest JSON document of an image (manifest, index, configuration) that is read. */
export const maxDocument = 8 * 1024 * 1024;

/** An object of a JSON document whose fields are not yet known to be what they should be. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Throws ImageError `unreadable`; `what` names the document. */
export function parseDocument(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new ImageError('unreadable', `${what} is damaged: it is not valid JSON`, { cause: error });
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value when it is an object, else an empty one. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The objects of a list; other values are skipped. */
export const objectsOf = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The strings of a list; a lone string counts as a list of one. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
