import type { Trick } from '../trick.ts';
import { type Asked, drip, served, writeWithoutEnd } from './served.ts';

const megabyte = Buffer.alloc(1 << 20, 0x20);
const zeros = Buffer.alloc(1 << 20);

/** Statuses and heads that no registry sends, or not for ever. */
const statuses: readonly Trick[] = [
  ...[100, 102, 103].map((status) =>
    served({
      name: `${status} and then nothing`,
      asked: 'anything',
      answer: ({ socket }) => socket?.write(`HTTP/1.1 ${status} Wait\r\n\r\n`),
      bounds: { seconds: 100 },
    }),
  ),
  served({
    name: '101, another protocol',
    asked: 'anything',
    answer: ({ socket }) =>
      socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    bounds: { seconds: 60 },
  }),
  ...[204, 205, 206, 304].map((status) =>
    served({
      name: `${status} for a manifest`,
      asked: 'manifest',
      answer: (response) => response.writeHead(status).end(),
    }),
  ),
  ...[400, 402, 404, 405, 410, 418, 451].map((status) =>
    served({
      name: `${status} for a manifest`,
      asked: 'manifest',
      answer: (response) => response.writeHead(status).end('{"errors":[{"code":"X"}]}'),
    }),
  ),
  ...[500, 502, 503].map((status) =>
    served({
      name: `${status} for ever`,
      asked: 'anything',
      answer: (response) => response.writeHead(status).end(),
      bounds: { seconds: 30 },
    }),
  ),
  served({
    name: '429 for ever, with a delay of a year',
    asked: 'anything',
    answer: (response) => response.writeHead(429, { 'retry-after': '31536000' }).end(),
    bounds: { seconds: 110 },
  }),
  served({
    name: '999',
    asked: 'anything',
    answer: (response) => response.writeHead(999).end(),
  }),
  served({
    name: 'an answer that is not HTTP',
    asked: 'anything',
    answer: ({ socket }) => socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
  }),
  served({
    name: 'the connection cut at every request',
    asked: 'anything',
    answer: ({ socket }) => socket?.destroy(),
  }),
  served({
    name: 'no answer at all',
    asked: 'anything',
    answer: () => {},
    bounds: { seconds: 60 },
  }),
  served({
    name: 'a head that never ends',
    asked: 'anything',
    answer: ({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket?.write(`X-${Date.now()}: 1\r\n`), 1000);
      socket?.on('close', () => clearInterval(timer));
    },
    bounds: { seconds: 60 },
  }),
  served({
    name: 'a head of 8 MB',
    asked: 'anything',
    answer: ({ socket }) => socket?.end(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(8 << 20)}\r\n\r\n`),
  }),
  served({
    name: 'a negative content-length',
    asked: 'manifest',
    answer: ({ socket }) => socket?.end('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}'),
  }),
  served({
    name: 'two lengths that contradict each other',
    asked: 'manifest',
    answer: ({ socket }) =>
      socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}'),
  }),
  served({
    name: 'chunks whose length is no number',
    asked: 'manifest',
    answer: ({ socket }) => socket?.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}'),
  }),
];

const everyKind: readonly Asked[] = ['manifest', 'config', 'layer'];

/** Bodies without an end, in drops, or other than announced. */
const bodies: readonly Trick[] = [
  ...everyKind.map((asked) =>
    served({
      name: `a ${asked} without an end`,
      asked,
      answer: (response) => writeWithoutEnd(response.writeHead(200), asked === 'layer' ? zeros : megabyte),
    }),
  ),
  ...everyKind.map((asked) =>
    served({
      name: `a ${asked} of which a byte comes every second and a half`,
      asked,
      answer: (response) => drip(response.writeHead(200)),
      bounds: { seconds: 110 },
    }),
  ),
  ...everyKind.map((asked) =>
    served({
      name: `a ${asked} that stops after its first byte`,
      asked,
      answer: (response) => response.writeHead(200, { 'content-length': 100 }).write('{'),
      bounds: { seconds: 110 },
    }),
  ),
  ...everyKind.map((asked) =>
    served({
      name: `a ${asked} that is empty`,
      asked,
      answer: (response) => response.writeHead(200, { 'content-length': 0 }).end(),
    }),
  ),
  ...everyKind.map((asked) =>
    served({
      name: `a ${asked} of other bytes than its digest says`,
      asked,
      answer: (response) => response.writeHead(200).end('{"schemaVersion":2}'),
    }),
  ),
  served({
    name: 'a refusal of 500 MB',
    asked: 'anything',
    answer: (response) => {
      response.writeHead(403, { 'content-length': 500 << 20 });
      writeWithoutEnd(response, megabyte);
    },
  }),
  served({
    name: 'a refusal in drops',
    asked: 'anything',
    answer: (response) => drip(response.writeHead(404)),
    bounds: { seconds: 40 },
  }),
  served({
    name: 'a server error in drops',
    asked: 'anything',
    answer: (response) => drip(response.writeHead(500)),
    bounds: { seconds: 60 },
  }),
  served({
    name: 'a redirect whose body comes in drops',
    asked: 'manifest',
    answer: (response, _registry, { url }) => drip(response.writeHead(307, { location: url })),
    bounds: { seconds: 60 },
  }),
  served({
    name: 'a manifest whose digest in the head is another',
    asked: 'manifest',
    answer: (response, registry, request) => {
      if (request.method === 'HEAD') response.writeHead(405).end();
      else {
        response.setHeader('docker-content-digest', `sha256:${'0'.repeat(64)}`);
        const head = response.writeHead.bind(response);
        response.writeHead = ((status: number) => head(status)) as typeof response.writeHead;
        registry.serve(request, response);
      }
    },
    says: /another digest/,
  }),
  served({
    name: 'a layer with 1 GB more than its manifest says',
    asked: 'layer',
    answer: (response) => writeWithoutEnd(response.writeHead(200, { 'content-length': 1 << 30 }), zeros),
  }),
  served({
    name: 'a layer that is cut after each byte',
    asked: 'layer',
    answer: (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('\x1f', () => response.destroy());
    },
    bounds: { seconds: 40 },
  }),
  served({
    name: 'a document that says it is compressed',
    asked: 'config',
    answer: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(100)),
  }),
];

export const answers: readonly Trick[] = [...statuses, ...bodies];
