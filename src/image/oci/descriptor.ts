import type { Platform } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { platformOfObject } from './image-document.ts';
import { type JsonObject, objectOf, textOf } from './json-document.ts';

/** A descriptor of the OCI image spec (descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform: Platform | null;
  readonly annotations: JsonObject;
}

/** Throws ImageError when a descriptor cannot be one. */
export function parseDescriptor(value: unknown, what: string): Descriptor {
  const object = objectOf(value);
  const digest = textOf(object['digest']);
  const size = object['size'];
  if (
    !/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest) ||
    !Number.isSafeInteger(size) ||
    Number(size) < 0
  ) {
    throw new ImageError('unreadable', `${what} names a blob without a valid digest and size`);
  }
  return {
    mediaType: textOf(object['mediaType']),
    digest,
    size: Number(size),
    platform: platformOfObject(objectOf(object['platform'])),
    annotations: objectOf(object['annotations']),
  };
}
