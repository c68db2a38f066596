import { type IncomingMessage, type RequestOptions, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { EngineFault } from './engine-fault.ts';

type Done = (error: Error | null, response?: IncomingMessage) => void;

/**
 * Has docker-modem send each request as it is. By itself it follows redirects, to whatever host they name, and throws where the
 * scheme is none of HTTP; and another protocol (101), which ends the request without an answer, it does not notice.
 */
export function sendPlainly(modem: object): void {
  const send = 'protocol' in modem && modem.protocol === 'https' ? requestByHttps : requestByHttp;
  const buildRequest = (options: RequestOptions, _context: unknown, _data: unknown, done: Done): void => {
    const request = send(options);
    request.on('response', (response) => done(null, response));
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      done(new EngineFault('answered with status 101: it changes to another protocol', { status: 101 }));
    });
    request.on('error', (error) => done(error));
    request.end();
  };
  Object.assign(modem, { buildRequest });
}
