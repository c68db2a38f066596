import type { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import Docker from 'dockerode';
import type { EngineAddress } from './engine-location.ts';
import { sshAgent } from './ssh-connection.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An engine must answer a small question within this time, in milliseconds. */
const answerTimeout = 15_000;
/** Over SSH: its own time limit for a connection is 30 seconds, and a person may have to type a passphrase. */
const sshAnswerTimeout = 90_000;
/** An export that sends nothing for this long is given up; a classic engine writes the whole image before the first byte. */
const stallTimeout = 600_000;

/** The clients of one engine. */
export interface EngineClient {
  /** For small questions, which must be answered soon. */
  readonly questions: Docker;
  /** For exports, which must not stall. */
  readonly exports: Docker;
  /** Ends the connections that do not end by themselves. Requests that are under way fail. */
  close(): void;
}

/** Nothing is connected before the first request. `env` is the environment of ssh. */
export function engineClient(address: EngineAddress, env: Env): EngineClient {
  const ssh = address.kind === 'ssh' ? sshAgent(address, env) : null;
  const connectionTimeout = ssh === null ? answerTimeout : sshAnswerTimeout;
  return {
    questions: connect(address, ssh, { connectionTimeout }),
    exports: connect(address, ssh, { timeout: stallTimeout }),
    close: () => ssh?.destroy(),
  };
}

/** Every option is given, so that the client's own reading of the environment changes nothing. */
function connect(
  address: EngineAddress,
  ssh: HttpAgent | null,
  timeouts: { connectionTimeout?: number; timeout?: number },
): Docker {
  const none = { ca: undefined, cert: undefined, key: undefined, timeout: undefined, pathPrefix: '/' };
  if (address.kind === 'socket') {
    const place = { socketPath: address.path, host: undefined, port: undefined, protocol: 'http' as const };
    return new Docker({ ...none, ...place, ...timeouts });
  }
  const tcp = { ...none, socketPath: undefined, ...timeouts };
  if (address.kind === 'ssh') {
    // The host of the URL goes nowhere but into the request's head.
    return new Docker({ ...tcp, host: 'engine', port: undefined, protocol: 'http', agent: ssh } as object);
  }
  const { host, port, tls } = address;
  const certificates = { ca: tls?.ca ?? undefined, cert: tls?.cert ?? undefined, key: tls?.key ?? undefined };
  const protocol = tls === null ? ('http' as const) : ('https' as const);
  const agent =
    tls === null || tls.verify ? undefined : new Agent({ ...certificates, rejectUnauthorized: false });
  return new Docker({ ...tcp, ...certificates, host, port, protocol, agent } as object);
}
