import type { Remedy } from '../rules/finding.ts';
import { nameOf, remedy } from './binary-facts.ts';

/** For a program that stands where the engine mounts something over it. */
export const besideMounts = (path: string): Remedy =>
  remedy(
    'Copy it to a folder that nothing is mounted over.',
    `COPY ${nameOf(path)} /usr/local/bin/${nameOf(path)}`,
  );
