import type { EngineVersion } from '../image.ts';
import { objectOf, objectsOf, textOf } from '../oci/json-document.ts';
import type { EngineClient } from './engine-client.ts';

/** The numbers that a version begins with; null where it begins with none. */
function numbersOf(version: string): readonly [number, number] | null {
  const [, major, minor] = /^v?(\d{1,5})\.(\d{1,5})/.exec(version) ?? [];
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)];
}

/** What `GET /version` answers of the engine and of the runtime that starts its containers; null where it names no version. */
export function engineVersionOf(answer: unknown): EngineVersion | null {
  const document = objectOf(answer);
  const components = objectsOf(document['Components']);
  const versionOf = (named: RegExp): string =>
    textOf(components.find(({ Name }) => named.test(textOf(Name)))?.['Version']);
  const podman = versionOf(/^podman/i);
  const version = numbersOf(podman || versionOf(/^engine$/i) || textOf(document['Version']));
  if (version === null) return null;
  return { name: podman === '' ? 'docker' : 'podman', version, runc: numbersOf(versionOf(/^runc$/)) };
}

/** How long an engine that has just answered may take to say its version, in milliseconds. */
const versionTimeout = 5_000;

/** Asks an engine for its version; null when it gives none in time. */
export const askVersion = (engine: EngineClient): Promise<EngineVersion | null> =>
  engine.ask('/version', versionTimeout).then(engineVersionOf, () => null);
