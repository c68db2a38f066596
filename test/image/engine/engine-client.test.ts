import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type EngineClient, engineClient } from '../../../src/image/engine/engine-client.ts';
import type { EngineAddress } from '../../../src/image/engine/engine-location.ts';
import { patienceWith } from '../../../src/image/engine/engine-patience.ts';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import { defaultRegistryOptions } from '../../../src/image/source-options.ts';
import { exportImage } from '../../../src/image/sources/docker-engine.ts';

const patience = { answer: 300, begin: 400, stall: 300, rateWindow: 300, pulse: 10_000 };
const servers: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** A server that writes bytes of its own to each connection that asked for something. */
async function listen(answer: (socket: Socket, path: string) => void): Promise<EngineAddress> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => answer(socket, bytes.toString('latin1').split(' ')[1] ?? ''));
  });
  servers.push({ server, sockets });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  return { kind: 'tcp', host: '127.0.0.1', port: at.port, tls: null };
}

const head = (length: number, status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** Writes until nobody takes it any more. */
function writeOn(socket: Socket): void {
  const piece = Buffer.alloc(1 << 20, 0x20);
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

const client = async (answer: (socket: Socket, path: string) => void): Promise<EngineClient> =>
  engineClient(await listen(answer), {}, patience);

describe('a question', () => {
  test('gets its answer', async () => {
    const engine = await client((socket) => socket.write(`${head(9)}{"a": 1}\n`));
    expect(await engine.ask('/version')).toEqual({ a: 1 });
    engine.close();
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['nothing', () => {}, 'did not answer within 0.3 seconds'],
    ['half a head', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Ty'), 'did not answer within'],
    [
      'a head that never ends',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('X-More: 1\r\n'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      'did not answer within',
    ],
    ['half a body', (socket) => socket.write(`${head(100)}{"Id":`), 'did not answer within'],
    ['half a refusal', (socket) => socket.write(`${head(100, '500 Oops')}{"mess`), 'did not answer within'],
    [
      'half a body and hangs up',
      (socket) => socket.end(`${head(100)}{"Id":`),
      'broke off its answer after 6 bytes',
    ],
    [
      'another protocol',
      (socket) => socket.write('HTTP/1.1 101 Go on\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      'answered with status 101: it changes to another protocol',
    ],
    [
      'a redirect to a file',
      (socket) =>
        socket.write('HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n'),
      'answered with status 302',
    ],
    ['no JSON', (socket) => socket.write(`${head(5)}hello`), 'answered with what is no JSON'],
    [
      'a refusal',
      (socket) => socket.write(`${head(18, '500 Oops')}{"message":"full"}`),
      'answered with status 500: full',
    ],
    [
      'a body without end',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        writeOn(socket);
      },
      'answered with more than 8 MiB',
    ],
    [
      'a refusal without end',
      (socket) => {
        socket.write('HTTP/1.1 404 Gone\r\n\r\n');
        writeOn(socket);
      },
      'answered with more than 8 MiB',
    ],
  ])('that is answered with %s fails in time', async (_, answer, words) => {
    const engine = await client(answer);
    const began = Date.now();
    const asking = engine.ask('/images/x/json');
    await expect(asking).rejects.toThrow(words);
    expect(Date.now() - began).toBeLessThan(3000);
    engine.close();
  });

  test('that is answered with a redirect is not asked of another server', async () => {
    let asked = 0;
    const other = await listen(() => asked++);
    if (!('port' in other) || other.port === null) throw new Error('no port');
    const engine = await client((socket) =>
      socket.write(
        `HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:${other.port}/\r\nContent-Length: 0\r\n\r\n`,
      ),
    );
    await expect(engine.ask('/version')).rejects.toThrow('answered with status 307');
    expect(asked).toBe(0);
    engine.close();
  });

  test('ends when the client closes', async () => {
    const engine = await client(() => {});
    const asking = engine.ask('/version', 60_000);
    setTimeout(engine.close, 50);
    await expect(asking).rejects.toThrow(/abort/i);
  });
});

describe('an export', () => {
  const inspected = '{"Id":"x","Os":"linux","Architecture":"amd64"}';

  async function exported(answer: (socket: Socket) => void): Promise<string> {
    const address = await listen((socket, path) => {
      if (path.endsWith('/json')) socket.write(head(inspected.length) + inspected);
      else if (path.endsWith('/get')) answer(socket);
      else socket.write(`${head(2)}{}`);
    });
    const context = {
      platform: null,
      fitting: null,
      env: {},
      budget: new IndexBudget(),
      registry: defaultRegistryOptions,
    };
    if (!('kind' in address)) throw new Error('no address');
    const location = { address, from: 'DOCKER_HOST' };
    const attempt = await exportImage({ source: 'docker', location, name: 'app:1' }, context, patience).catch(
      (error: unknown) => ({ reason: String(error) }),
    );
    return 'reason' in attempt ? attempt.reason : 'an image';
  }

  test.each<[string, (socket: Socket) => void, string]>([
    ['nothing', () => {}, 'Docker (DOCKER_HOST) did not answer within 0.4 seconds'],
    ['half a head', (socket) => socket.write('HTTP/1.1 200 OK\r\nCont'), 'did not answer within 0.4 seconds'],
    [
      'only a head',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n'),
      'the engine sent nothing for 0.3 seconds after 0 bytes',
    ],
    [
      'half a body',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n${'\0'.repeat(512)}`),
      'the engine sent nothing for 0.3 seconds after 512 bytes',
    ],
    [
      'a byte now and then',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n');
        const drip = setInterval(() => socket.write('\0'), 50);
        socket.on('close', () => clearInterval(drip));
      },
      'the engine sent less than 1 KiB a second after',
    ],
    [
      'an upgrade to another protocol',
      (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      'answered with status 101',
    ],
    ['half a refusal', (socket) => socket.write(`${head(100, '500 Oops')}{"m`), 'did not answer within 0.4'],
  ])('that is answered with %s fails in time', async (_, answer, words) => {
    expect(await exported(answer)).toContain(words);
  });
});

test('an export of an engine that no longer answers anything is given up before its time', async () => {
  const address = await listen((socket, path) => {
    if (path === '/version') socket.write(`${head(2)}{}`);
  });
  const engine = engineClient(address, {}, { ...patience, begin: 60_000, pulse: 50 });
  await engine.ask('/version');
  await expect(engine.stream('/images/x/get')).rejects.toThrow('did not answer within 0.3 seconds');
  engine.close();
});

test('an export that takes long to begin is waited for while the engine answers', async () => {
  const address = await listen((socket, path) => {
    if (path === '/_ping') socket.write(`${head(2)}OK`);
    else setTimeout(() => socket.write(`${head(5)}hello`), 900);
  });
  const engine = engineClient(address, {}, { ...patience, begin: 60_000, pulse: 50 });
  const pieces: Buffer[] = [];
  for await (const piece of await engine.stream('/images/x/get')) pieces.push(Buffer.from(piece));
  expect(Buffer.concat(pieces).toString()).toBe('hello');
  engine.close();
});

test('an engine on another machine is given more time than one beside us', () => {
  const socket = patienceWith({ kind: 'socket', path: '/s' });
  const ssh = patienceWith({
    kind: 'ssh',
    user: null,
    host: 'h',
    port: null,
    socketPath: null,
    program: 'docker',
  });
  expect(ssh.answer).toBeGreaterThan(socket.answer);
});
