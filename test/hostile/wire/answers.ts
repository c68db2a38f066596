import type { Socket } from 'node:net';

/** What a server writes to a connection that asked for something. */
export type Answer = (socket: Socket) => void;

/** The head of an answer: status line and header fields, with the empty line after them. */
export const head = (status: string, ...fields: readonly string[]): string =>
  [`HTTP/1.1 ${status}`, ...fields, '', ''].join('\r\n');

/** A whole answer of HTTP with its length. */
export function whole(body: string | Uint8Array, status = '200 OK', ...fields: readonly string[]): Answer {
  const bytes = Buffer.from(body);
  return (socket) => {
    socket.write(head(status, `Content-Length: ${bytes.length}`, ...fields));
    socket.write(bytes);
  };
}

/** Writes these bytes and then nothing more: the connection stays open. */
export const only =
  (...parts: readonly (string | Uint8Array)[]): Answer =>
  (socket) => {
    for (const part of parts) socket.write(part);
  };

/** Writes these bytes and hangs up. */
export const hangsUp =
  (...parts: readonly (string | Uint8Array)[]): Answer =>
  (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };

/** Cuts the connection without an answer. */
export const cuts: Answer = (socket) => {
  socket.destroy();
};

/** Writes `begin`, then `piece` as long as it is taken: the reader must stop it. */
export const withoutEnd =
  (begin: string | Uint8Array, piece: Uint8Array): Answer =>
  (socket) => {
    socket.write(begin);
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', more);
    more();
  };

/** Writes `begin`, then `size` bytes of spaces, and hangs up. */
export const longBody =
  (begin: string, size: number): Answer =>
  (socket) => {
    socket.write(begin);
    let left = size;
    const piece = Buffer.alloc(1 << 20, 0x20);
    const more = (): void => {
      while (!socket.destroyed && left > 0) {
        left -= piece.length;
        if (!socket.write(piece)) return;
      }
      if (left <= 0) socket.end();
    };
    socket.on('drain', more);
    more();
  };

/** Writes `begin`, then `drop` every so many milliseconds. */
export const inDrops =
  (begin: string | Uint8Array, drop: string | Uint8Array, milliseconds: number): Answer =>
  (socket) => {
    socket.write(begin);
    const timer = setInterval(() => socket.write(drop), milliseconds);
    socket.on('close', () => clearInterval(timer));
  };
