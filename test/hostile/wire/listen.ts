import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Answer } from './answers.ts';

/** One request, as far as its head tells. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** The header fields by their names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A server on loopback or on a socket file that writes raw bytes. */
export interface RawServer {
  readonly server: Server;
  /** What was asked for, in order. */
  readonly asked: readonly Asked[];
  readonly end: () => Promise<void>;
}

/** Answers each request as `answerTo` says. `at` is a socket file, or an address of 127.0.0.0/8, where the port is free. */
export async function listen(at: string, answerTo: (asked: Asked) => Answer): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const asked: Asked[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {
      // The client may leave at any time.
    });
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      const request = askedIn(bytes.toString('latin1'));
      asked.push(request);
      answerTo(request)(socket);
    });
  });
  if (at.startsWith('/')) server.listen(at);
  else server.listen(0, at);
  await once(server, 'listening');
  const end = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { server, asked, end };
}

function askedIn(text: string): Asked {
  const [line = '', ...rest] = text.split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  const fields = rest.flatMap((field): [string, string][] => {
    const colon = field.indexOf(':');
    return colon < 0 ? [] : [[field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]];
  });
  return { method, path, fields: new Map(fields) };
}
