import type { ImageConfig } from '../image/image-index.ts';
import type { Credentials, Rootfs } from '../rootfs/rootfs.ts';
import { keptBytes } from './kept-text.ts';

/** How the engine would start the process: what execve and the loaders are handed. */
export interface ProcessStart {
  /** Last one wins; a variable that is not there is not in the map. */
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly gids: readonly number[];
}

export type UserResolution =
  | { readonly ok: true; readonly uid: number; readonly gid: number; readonly gids: readonly number[] }
  /** The engine's own line (R5). */
  | { readonly ok: false; readonly message: string };

const number = /^\d{1,10}$/;

const knownRows = new WeakMap<Uint8Array, readonly string[][]>();

/** The lines of /etc/passwd or /etc/group, split at their colons; none where there is no such file. */
function rowsOf(rootfs: Rootfs, path: string): readonly string[][] {
  const bytes = keptBytes(rootfs, path);
  if (bytes === null) return [];
  const known = knownRows.get(bytes);
  if (known !== undefined) return known;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const rows = text.split('\n').map((line) => line.split(':'));
  knownRows.set(bytes, rows);
  return rows;
}

/**
 * Resolves `User` of the configuration by the image's own /etc/passwd and /etc/group (R5): a name must be there,
 * a number need not be and then has group 0.
 */
export function resolveUser(user: string, rootfs: Rootfs): UserResolution {
  const question = questions.get(user) ?? ((of: Rootfs) => lookForUser(user, of));
  questions.set(user, question);
  return rootfs.learn(question);
}

const questions = new Map<string, (rootfs: Rootfs) => UserResolution>();

function lookForUser(user: string, rootfs: Rootfs): UserResolution {
  const [name = '', group] = user.split(':');
  if (name === '' && group === undefined) return { ok: true, uid: 0, gid: 0, gids: [0] };
  const passwd = rowsOf(rootfs, '/etc/passwd');
  const groups = rowsOf(rootfs, '/etc/group');
  const entry =
    passwd.find((row) => row[0] === name && row.length >= 4) ??
    (number.test(name) ? passwd.find((row) => row[2] === name && row.length >= 4) : undefined);
  if (entry === undefined && name !== '' && !number.test(name)) {
    return { ok: false, message: `unable to find user ${name}: no matching entries in passwd file` };
  }
  const uid = entry !== undefined ? Number(entry[2]) : Number(name || 0);
  if (group !== undefined && group !== '') {
    const row = groups.find((candidate) => candidate[0] === group && candidate.length >= 3);
    if (row === undefined && !number.test(group)) {
      return { ok: false, message: `unable to find group ${group}: no matching entries in group file` };
    }
    const gid = row !== undefined ? Number(row[2]) : Number(group);
    return { ok: true, uid, gid, gids: [gid] };
  }
  const gid = entry !== undefined ? Number(entry[3]) : 0;
  const loginName = entry?.[0];
  const supplementary = groups
    .filter((row) => loginName !== undefined && (row[3] ?? '').split(',').includes(loginName))
    .map((row) => Number(row[2]));
  return { ok: true, uid, gid, gids: [gid, ...supplementary] };
}

/**
 * The container's environment: the image's Env, then the caller's lines, of which one without `=` takes the variable away;
 * PATH as the engine adds it (R2).
 */
export function processEnv(config: ImageConfig, overrides: readonly string[]): Map<string, string> {
  const env = new Map<string, string>();
  for (const line of [...config.env, ...overrides]) {
    const equals = line.indexOf('=');
    if (equals < 0) env.delete(line);
    if (equals > 0) env.set(line.slice(0, equals), line.slice(equals + 1));
  }
  if (!env.has('PATH')) env.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  return env;
}

/** Credentials of the running process, after execve: root keeps its capabilities, others have none (R5). */
export function runningCredentials(start: ProcessStart): Credentials {
  return { uid: start.uid, gids: start.gids, searchAll: start.uid === 0 };
}
