/** The programs that carry a connection from their standard input and output to the engine of their machine. */
export type EngineProgram = 'docker' | 'podman';

/** An engine on another machine, reached through that machine's SSH server. */
export interface SshAddress {
  readonly kind: 'ssh';
  /** Null: the one that ssh's configuration names, else the user of this machine. */
  readonly user: string | null;
  /** A name or address, or an alias of ssh's configuration. */
  readonly host: string;
  readonly port: number | null;
  /** The engine's socket over there; null: where `program` finds it. */
  readonly socketPath: string | null;
  readonly program: EngineProgram;
}

/** What ssh itself refuses in names of hosts and users, and what it would take for an option. */
const unfit = /^-|[\s\p{Cc}'"`$\\;&<>|(){}]/u;

/**
 * The address in `ssh://[USER@]HOST[:PORT][/SOCKET]`, or what is wrong with it, to follow "is URL, ". The rules are those of
 * docker/cli's connhelper/ssh: no password, no query, no fragment.
 */
export function parseSshUrl(text: string, program: EngineProgram): SshAddress | { readonly fault: string } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return { fault: 'which is no address: write ssh://user@host' };
  if (url.password !== '') return { fault: 'which has a password: use a key' };
  if (url.search !== '' || url.hash !== '') return { fault: 'which has more than a host and a socket' };
  const user = decoded(url.username);
  const host = decoded(url.hostname.replace(/^\[|\]$/g, ''));
  const path = decoded(url.pathname);
  if (host === '') return { fault: 'which names no host: write ssh://user@host' };
  if (user === null || unfit.test(user)) return { fault: 'whose user is not the name of one' };
  if (host === null || unfit.test(host)) return { fault: 'whose host is not the name of one' };
  if (path === null || /\p{Cc}/u.test(path)) return { fault: 'whose socket is not a path' };
  return {
    kind: 'ssh',
    user: user === '' ? null : user,
    host,
    port: url.port === '' ? null : Number(url.port),
    socketPath: /^\/*$/.test(path) ? null : path,
    program,
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A word that a POSIX shell takes as it is: ssh hands one line to the shell over there. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const destination = ({ user, port }: SshAddress): string[] => [
  ...(user === null ? [] : ['-l', user]),
  ...(port === null ? [] : ['-p', String(port)]),
];

function remoteProgram({ program, socketPath }: SshAddress): string[] {
  if (socketPath === null) return [program];
  return [program, `${program === 'docker' ? '--host' : '--url'}=unix://${socketPath}`];
}

/** The arguments of `ssh` for a connection to the engine, as Docker's command gives them. */
export function sshArguments(address: SshAddress): string[] {
  const remote = [...remoteProgram(address), 'system', 'dial-stdio'].map(quoted);
  return [...destination(address), '-o', 'ConnectTimeout=30', '-T', '--', address.host, ...remote];
}

/** A command by which a person can see whether the engine is reached. */
export function trialCommand(address: SshAddress): string {
  const remote = [...remoteProgram(address), 'version'].map(quoted);
  return ['ssh', ...destination(address), address.host, ...remote].join(' ');
}
