import type { ImageConfig, Platform } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { normalisePlatform } from '../reference/platform.ts';
import { isObject, type JsonObject, objectOf, parseDocument, textOf, textsOf } from './json-document.ts';

/** The parts of an image configuration (OCI image spec, config.md) that matter here. */
export interface ImageDocument {
  /** Null when the document does not tell. */
  readonly platform: Platform | null;
  readonly config: ImageConfig;
  /** Digests of the uncompressed layers, in order. */
  readonly diffIDs: readonly string[];
}

/** Throws ImageError `unreadable` when it is no image configuration. */
export function parseImageDocument(bytes: Uint8Array, what: string): ImageDocument {
  const document = parseDocument(bytes, what);
  if (!isObject(document)) throw new ImageError('unreadable', `${what} is not an image configuration`);
  return {
    platform: platformOfObject(document),
    config: imageConfigOf(objectOf(document['config'])),
    diffIDs: textsOf(objectOf(document['rootfs'])['diff_ids']),
  };
}

/** The `config` of a configuration; an engine's answer has it in the same words. */
export function imageConfigOf(config: JsonObject): ImageConfig {
  return {
    env: textsOf(config['Env']),
    user: textOf(config['User']),
    workingDir: textOf(config['WorkingDir']),
    entrypoint: textsOf(config['Entrypoint']),
    cmd: textsOf(config['Cmd']),
    healthcheck: healthcheckOf(config),
  };
}

/** The shell form runs in the image's SHELL, as the engine has it. */
function healthcheckOf(config: JsonObject): readonly string[] {
  const [form, ...words] = textsOf(objectOf(config['Healthcheck'])['Test']);
  if (form === 'CMD') return words;
  if (form !== 'CMD-SHELL' || words.length === 0) return [];
  const shell = textsOf(config['Shell']);
  return [...(shell.length === 0 ? ['/bin/sh', '-c'] : shell), ...words];
}

/** `os`, `architecture` and `variant` of a configuration or of a descriptor's platform; null when they are not there. */
export function platformOfObject(object: JsonObject): Platform | null {
  const os = textOf(object['os']);
  const architecture = textOf(object['architecture']);
  if (os === '' || architecture === '') return null;
  return normalisePlatform({ os, architecture, variant: textOf(object['variant']) || null });
}
