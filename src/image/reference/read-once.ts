import { statusOf } from '../path-status.ts';
import { parseReference } from './source-reference.ts';

/** Whether a reference names standard input or a named pipe, which can be read once. */
export function isReadOnce(reference: string): boolean {
  const { rest } = parseReference(reference);
  return rest === '-' || statusOf(rest)?.isFIFO() === true;
}
