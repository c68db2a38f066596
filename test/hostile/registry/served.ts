import type { IncomingMessage, ServerResponse } from 'node:http';
import { OciBlobs, type TestDescriptor } from '../../image/oci-blobs.ts';
import { TestRegistry } from '../../image/registry/test-registry.ts';
import type { Trick } from '../trick.ts';

export const program = 'fixtures/bin/glibc-dynamic';

/** An image of one small layer: everything of it can be read. */
export function smallImage(): { readonly blobs: OciBlobs; readonly image: TestDescriptor } {
  const blobs = new OciBlobs();
  const layer = blobs.layer([
    { name: 'etc/', flag: '5' },
    { name: 'bin/', flag: '5' },
  ]);
  return { blobs, image: blobs.image('amd64', [layer], { config: { config: {} } }) };
}

/** What is asked of a registry. */
export type Asked = 'manifest' | 'config' | 'layer' | 'anything';

export type Answer = (
  response: ServerResponse,
  registry: TestRegistry,
  request: IncomingMessage,
  count: number,
) => void;

export interface Served extends Omit<Trick, 'prepare' | 'status'> {
  readonly status?: readonly number[];
  /** Which requests are answered so; all others as a registry does. */
  readonly asked: Asked;
  readonly answer: Answer;
  readonly argv?: (registry: TestRegistry) => readonly string[];
  readonly env?: (registry: TestRegistry) => Readonly<Record<string, string>>;
}

/** A registry on loopback that gives a small image, but for one kind of answer. Without another status, nothing is to be believed. */
export function served({ asked, answer, argv, env, status = [3], ...trick }: Served): Trick {
  return {
    ...trick,
    status,
    prepare: async () => {
      const { blobs, image } = smallImage();
      const registry = await new TestRegistry(blobs).start();
      registry.tag('1', image);
      registry.intercept = (request, response, count) => {
        if (!isAsked(asked, request, blobs)) return false;
        response.on('error', () => {
          // The client left.
        });
        answer(response, registry, request, count);
        return true;
      };
      return {
        argv: [program, '--image', `registry:${registry.host}/app:1`, ...(argv?.(registry) ?? [])],
        env: { ...noProxy, ...env?.(registry) },
        end: () => registry.stop(),
      };
    },
  };
}

/** A machine that runs the tricks may have a proxy. */
export const noProxy = { HTTP_PROXY: null, HTTPS_PROXY: null, http_proxy: null, https_proxy: null } as const;

function isAsked(asked: Asked, { url = '' }: IncomingMessage, { blobs }: OciBlobs): boolean {
  if (asked === 'anything') return true;
  if (asked === 'manifest') return url.includes('/manifests/');
  const bytes = blobs.get(url.slice(url.lastIndexOf('/') + 1));
  if (!url.includes('/blobs/') || bytes === undefined) return false;
  const isConfig = bytes.includes('"diff_ids"');
  return asked === 'config' ? isConfig : !isConfig;
}

/** Writes one piece again and again as long as somebody takes it: nobody takes the body of an answer to HEAD. */
export function writeWithoutEnd(response: ServerResponse, piece: Buffer | string): void {
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
}

/** A byte now and then, for ever. */
export function drip(response: ServerResponse, milliseconds = 1500, byte = ' '): void {
  const timer = setInterval(() => response.write(byte), milliseconds);
  response.on('close', () => clearInterval(timer));
}
