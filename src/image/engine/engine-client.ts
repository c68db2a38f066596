import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import Docker from 'dockerode';
import { LeastRate } from '../least-rate.ts';
import { isObject, maxDocument, textOf } from '../oci/json-document.ts';
import { EngineFault } from './engine-fault.ts';
import type { EngineAddress } from './engine-location.ts';
import type { EnginePatience } from './engine-patience.ts';
import { sendPlainly } from './plain-requests.ts';
import { sshAgent } from './ssh-connection.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What libc-check asks of one engine. No request waits for ever: `EnginePatience` bounds each. */
export interface EngineClient {
  /** The JSON document at `path`. Throws EngineFault, SshError, or what the connection failed with. */
  ask(path: string, within?: number): Promise<unknown>;
  /** The bytes at `path`, once the engine answers. Throws as `ask` does, and so does reading them. */
  stream(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** Ends every connection. Requests that are under way fail. */
  close(): void;
}

/** Nothing is connected before the first request. `env` is the environment of ssh. */
export function engineClient(address: EngineAddress, env: Env, patience: EnginePatience): EngineClient {
  const ssh = address.kind === 'ssh' ? sshAgent(address, env) : null;
  // dockerode connects and sends; its own methods set no limit to the time and size of an answer.
  const { modem } = connect(address, ssh);
  sendPlainly(modem);
  const closing = new AbortController();
  const answered = <T>(within: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    inTime(within, closing.signal, work);
  const read = (path: string, within: number): Promise<Buffer> =>
    answered(within, async (signal) => wholeAnswer(await get(modem, path, signal)));
  return {
    ask: async (path, within = patience.answer) => documentOf(await read(path, within)),
    stream: async (path) => {
      const begun = answered(patience.begin, (signal) => get(modem, path, signal));
      const beat = (): Promise<Buffer> => read('/_ping', patience.answer);
      return steadily(await whileItAnswers(begun, beat, patience), patience);
    },
    close: () => {
      closing.abort();
      ssh?.destroy();
    },
  };
}

/** Carries out `work` with a signal that aborts when `milliseconds` are over; a limit that it kept to does not abort later. */
async function inTime<T>(
  milliseconds: number,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), milliseconds);
  try {
    return await work(AbortSignal.any([late.signal, closing]));
  } catch (error) {
    if (!late.signal.aborted) throw error;
    throw new EngineFault(`did not answer within ${seconds(milliseconds)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** What `work` gives. An engine that is asked meanwhile whether it is there, and does not answer, will not give it. */
async function whileItAnswers<T>(
  work: Promise<T>,
  beat: () => Promise<unknown>,
  { pulse }: EnginePatience,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const listen = (): void => {
      timer = setTimeout(() => beat().then(listen, reject), pulse);
    };
    listen();
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {
      // The silence was reported already.
    });
    silence.catch(() => {
      // The answer came first.
    });
  }
}

const seconds = (milliseconds: number): string => `${milliseconds / 1000} seconds`;

/** With every status the body is left to `get`, so that a refusal is bounded like any answer. */
const everyStatus = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index + 100, true]));

async function get(modem: Docker['modem'], path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const options = { path, method: 'GET', isStream: true, statusCodes: everyStatus, abortSignal: signal };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // An answer that switches to another protocol (101) ends the request without a word.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    modem.dial(options, (error, answer) => (error ? reject(error) : resolve(answer as IncomingMessage)));
  });
  const { statusCode = 0 } = response;
  if (statusCode === 200) return response;
  const body = await wholeAnswer(response);
  throw new EngineFault(`answered with status ${statusCode}: ${messageIn(body)}`, { status: statusCode });
}

/** A refusal is `{"message": …}`; what stands between us and the engine answers with any text. */
function messageIn(body: Buffer): string {
  try {
    const answer: unknown = JSON.parse(body.toString());
    if (isObject(answer)) return textOf(answer['message']);
  } catch {}
  return body.toString('utf8', 0, 200);
}

async function wholeAnswer(response: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxDocument) throw new EngineFault(`answered with more than ${maxDocument >> 20} MiB`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof EngineFault) throw error;
    throw new EngineFault(`broke off its answer after ${bytes} bytes`, { cause: error });
  }
  return Buffer.concat(chunks);
}

function documentOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new EngineFault('answered with what is no JSON', { cause: error });
  }
}

/** The pieces of an export, each in time and none in drops. The stream ends when its reader leaves. */
async function* steadily(
  response: IncomingMessage,
  { stall, rateWindow }: EnginePatience,
): AsyncGenerator<Uint8Array> {
  const pieces = (response as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const rate = new LeastRate(rateWindow);
  const giveUp = (): unknown => response.destroy(new EngineFault(`sent nothing for ${seconds(stall)}`));
  try {
    for (;;) {
      const asked = performance.now();
      const timer = setTimeout(giveUp, stall);
      const piece = await pieces.next().finally(() => clearTimeout(timer));
      if (piece.done === true) return;
      if (!rate.isKept(piece.value.length, performance.now() - asked))
        throw new EngineFault('sent less than 1 KiB a second');
      yield piece.value;
    }
  } finally {
    response.destroy();
  }
}

/** Every option is given, so that the client's own reading of the environment changes nothing. */
function connect(address: EngineAddress, ssh: HttpAgent | null): Docker {
  const none = { ca: undefined, cert: undefined, key: undefined, timeout: undefined, pathPrefix: '/' };
  if (address.kind === 'socket') {
    const place = { socketPath: address.path, host: undefined, port: undefined, protocol: 'http' as const };
    return new Docker({ ...none, ...place });
  }
  const tcp = { ...none, socketPath: undefined };
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
