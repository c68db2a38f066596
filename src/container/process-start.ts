import type { ImageConfig } from '../image/image.ts';
import type { Credentials, Rootfs } from '../rootfs/rootfs.ts';
import { overriddenPermissions, type Privileges } from './privileges.ts';
import { isDeviceOrPipe } from './unread-file.ts';

/** How the engine would start the process: what execve and the loaders receive. */
export interface ProcessStart {
  /** Last one wins; a variable that is not there is not in the map. */
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly gids: readonly number[];
  readonly privileges: Privileges;
}

export type UserResolution =
  | { readonly ok: true; readonly uid: number; readonly gid: number; readonly gids: readonly number[] }
  /** The engine's own line (R5); `group`: a group without an entry is its reason. */
  | { readonly ok: false; readonly message: string; readonly group?: string }
  /** Why the user is unknown. */
  | { readonly ok: false; readonly unknown: string };

type Refused = Extract<UserResolution, { readonly message: string }>;

type Row = readonly string[];

/** A file of accounts: its rows, or why the engine (before or while it looks in it), or this program, cannot read it. */
type Accounts =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'unopened'; readonly why: string }
  | { readonly kind: 'unusable'; readonly why: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Go's bufio.Scanner, by which the engine reads /etc/passwd, rejects longer lines. */
const longestLine = 65535;
const largestId = 2 ** 31 - 1;
const outOfRange = `uids and gids must be in range 0-${largestId}`;

const knownRows = new WeakMap<Uint8Array, readonly string[][]>();

/** The lines that are not blank, trimmed and split at their colons. */
function rowsOf(bytes: Uint8Array): readonly string[][] {
  const known = knownRows.get(bytes);
  if (known !== undefined) return known;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const rows = text.split('\n').map((line) => line.replace(/^[\t\v\f\r ]+|[\t\v\f\r ]+$/g, '').split(':'));
  const filled = rows.filter((row) => row.length > 1 || row[0] !== '');
  knownRows.set(bytes, filled);
  return filled;
}

/** A file of accounts as the engine opens it: what is not there has no rows. */
function accountsIn(rootfs: Rootfs, path: string): Accounts {
  const found = rootfs.lookup(path);
  if (!found.ok && found.errno === 'ELOOP')
    return { kind: 'unopened', why: `evalSymlinksInScope: too many links in ${path}` };
  if (!found.ok) return { kind: 'rows', rows: [] };
  const { content, type } = found.inode;
  if (type === 'directory') return { kind: 'unusable', why: `read ${path}: is a directory` };
  if (content?.kind === 'kept') return { kind: 'rows', rows: rowsOf(content.bytes) };
  if (found.inode.size === 0 && type === 'file') return { kind: 'rows', rows: [] };
  const reason = content?.kind === 'unread' ? content.reason : `it leads to ${found.path}`;
  return { kind: 'unknown', reason: `the accounts of ${path} could not be read: ${reason}` };
}

/** Go's strconv.Atoi: null where it fails for the syntax. */
function parseNumber(text: string): number | null {
  return /^[+-]?\d+$/.test(text) ? Number(text) + 0 : null;
}

/** A number in a file of accounts as the engine reads it: anything else is 0. */
const readId = (text: string | undefined): bigint => clamped(parseNumber(text ?? '') ?? 0);

/** As the engine passes it on: truncated to 32 bits. */
const idOf = (text: string | undefined): number => Number(BigInt.asUintN(32, readId(text)));

const clamped = (value: number): bigint => {
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  return value < -(2 ** 63) ? -(2n ** 63n) : BigInt(value);
};

/** A word of `User` that is a number to the engine; one that exceeds 64 bits is a name. */
function numberOf(text: string): number | null {
  const value = parseNumber(text);
  return value === null || Math.abs(value) >= 2 ** 63 ? null : value;
}

const isInRange = (id: number): boolean => id >= 0 && id <= largestId;

/** The first row of a name, or of a number where `number` is one. */
const rowFor = (rows: readonly Row[], name: string, number: number | null): Row | undefined =>
  rows.find((row) => (number === null ? row[0] === name : readId(row[2]) === BigInt(number)));

/** Why a user or group that has no row is refused; null for a number, which needs none. */
function refusalWithoutRow(number: number | null, missing: string): Refused | null {
  if (number === null) return refused(missing);
  return isInRange(number) ? null : refused(outOfRange);
}

/**
 * Resolves `User` of the configuration by the image's own /etc/passwd and /etc/group as GetExecUser of moby/sys/user does
 * (R5): a name must be there, a number need not be and then has group 0. A number is never a name.
 */
export function resolveUser(user: string, rootfs: Rootfs): UserResolution {
  const query = queries.get(user) ?? ((of: Rootfs) => lookForUser(user, of));
  queries.set(user, query);
  return rootfs.query(query);
}

const queries = new Map<string, (rootfs: Rootfs) => UserResolution>();

const refused = (message: string): Refused => ({ ok: false, message });

function lookForUser(user: string, rootfs: Rootfs): UserResolution {
  const [name = '', group = ''] = user.split(':');
  const asked = name === '' ? 0 : numberOf(name);
  // The engine opens both, whoever the user is.
  const waitedFor = ['/etc/passwd', '/etc/group'].find((path) => isDeviceOrPipe(rootfs, path));
  if (waitedFor !== undefined)
    return {
      ok: false,
      unknown: `${waitedFor} is a device or a pipe, and the engine waits for what it brings`,
    };
  const passwd = accountsIn(rootfs, '/etc/passwd');
  if (passwd.kind === 'unknown') {
    const isKnownId = asked === 0 || (asked !== null && isInRange(asked) && numberOf(group) !== null);
    return isKnownId
      ? withGroups({ uid: asked, gid: 0, loginName: '' }, group, rootfs)
      : { ok: false, unknown: passwd.reason };
  }
  const shown = name === '' ? '0' : name;
  if (passwd.kind === 'unopened') return refused(passwd.why);
  if (passwd.kind === 'unusable') return refused(`unable to find user ${shown}: ${passwd.why}`);
  if (passwd.rows.some((row) => row.join(':').length > longestLine))
    return refused(`unable to find user ${shown}: bufio.Scanner: token too long`);
  const entry = rowFor(passwd.rows, name, asked);
  const missing = `unable to find user ${name}: no matching entries in passwd file`;
  const refusal = entry === undefined ? refusalWithoutRow(asked, missing) : null;
  if (refusal !== null) return refusal;
  const uid = entry === undefined ? (asked ?? 0) : idOf(entry[2]);
  const primary = entry === undefined ? 0 : idOf(entry[3]);
  return withGroups({ uid, gid: primary, loginName: entry?.[0] ?? '' }, group, rootfs);
}

/** The name of a user in the image's /etc/passwd; null where it has none, or is not known. */
export function loginName(uid: number, rootfs: Rootfs): string | null {
  const passwd = accountsIn(rootfs, '/etc/passwd');
  if (passwd.kind !== 'rows') return null;
  return passwd.rows.find((row) => idOf(row[2]) === uid)?.[0] ?? null;
}

interface FoundUser {
  readonly uid: number;
  readonly gid: number;
  /** Empty when no line of /etc/passwd is the user's. */
  readonly loginName: string;
}

/** The group that was asked for, or else the user's own and those that list the user. */
function withGroups({ uid, gid, loginName }: FoundUser, group: string, rootfs: Rootfs): UserResolution {
  const known = accountsIn(rootfs, '/etc/group');
  const asked = numberOf(group);
  const isKnownId = group === '' ? uid === 0 || loginName === '' : asked !== null;
  if (known.kind === 'unknown' && !isKnownId) return { ok: false, unknown: known.reason };
  const groups = known.kind === 'unknown' ? ({ kind: 'rows', rows: [] } as const) : known;
  if (groups.kind === 'unopened') return refused(groups.why);
  if (groups.kind === 'unusable')
    return refused(`unable to find groups for spec ${loginName}: ${groups.why}`);
  if (group === '') {
    const lists = groups.rows.filter(
      (row) => loginName !== '' && (row[3] ?? '').split(',').includes(loginName),
    );
    return started(uid, gid, [gid, ...lists.map((row) => idOf(row[2]))]);
  }
  const row = rowFor(groups.rows, group, asked);
  const missing = `unable to find group ${group}: no matching entries in group file`;
  const refusal = row === undefined ? refusalWithoutRow(asked, missing) : null;
  if (refusal !== null) return asked === null ? { ...refusal, group } : refusal;
  const chosen = row === undefined ? (asked ?? 0) : idOf(row[2]);
  return started(uid, chosen, [chosen]);
}

/** Ids that only a file of accounts can contain: runc up to 1.2 looks them up again and refuses some, later ones do not. */
function started(uid: number, gid: number, gids: readonly number[]): UserResolution {
  const odd = [uid, ...gids].find((id) => !isInRange(id));
  if (odd === undefined) return { ok: true, uid, gid, gids };
  return { ok: false, unknown: `not every container runtime starts a process with the id ${odd}` };
}

/**
 * The container's environment: the image's Env, then the caller's lines, of which one without `=` removes the variable;
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

/** Credentials of the running process, after execve: root keeps the capabilities that the engine gives, others have none (R5). */
export function runningCredentials({ uid, gids, privileges }: ProcessStart): Credentials {
  const overridden = uid === 0 ? overriddenPermissions(privileges) : { searchAll: false, executeAll: false };
  return { uid, gids, ...overridden };
}
