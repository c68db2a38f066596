import { join } from 'node:path';
import { digestOf } from '../../image/oci-blobs.ts';
import { tarBytes } from '../../image/tar-bytes.ts';
import type { Call, Trick } from '../trick.ts';
import { type Answer, whole } from '../wire/answers.ts';
import { listen } from '../wire/listen.ts';

/** What an engine is asked for before a verdict: what it knows of the image, its version, the image, whether it is there. */
export interface EngineAnswers {
  readonly inspect: Answer;
  readonly version: Answer;
  readonly export: Answer;
  readonly ping: Answer;
}

const layer = tarBytes([{ name: 'etc/hostname', data: 'x' }]);
const config = Buffer.from(
  JSON.stringify({ os: 'linux', architecture: 'amd64', config: {}, rootfs: { diff_ids: [digestOf(layer)] } }),
);

/** The members of an honest export, under their names. */
export const honestMembers = {
  layer: { name: 'l/layer.tar', data: layer },
  config: { name: 'config.json', data: config },
  manifest: {
    name: 'manifest.json',
    data: JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['l/layer.tar'] }]),
  },
};

export const honestExport: Buffer = tarBytes(Object.values(honestMembers));

export const honestInspection: Readonly<Record<string, unknown>> = {
  Id: digestOf(config),
  Os: 'linux',
  Architecture: 'amd64',
  Size: 1,
  Config: {},
  RootFS: { Type: 'layers', Layers: [digestOf(layer)] },
};

const honest: EngineAnswers = {
  inspect: whole(JSON.stringify(honestInspection)),
  version: whole('{"Version":"27.0.1","Components":[{"Name":"Engine","Version":"27.0.1"}]}'),
  export: whole(honestExport),
  ping: whole('OK'),
};

const program = 'fixtures/bin/glibc-dynamic';

/** A check of a program against an image of an engine whose answers are right but for these. */
export async function callEngine(folder: string, changes: Partial<EngineAnswers>): Promise<Call> {
  const answers = { ...honest, ...changes };
  const socket = join(folder, 'docker.sock');
  const { end } = await listen(socket, ({ path }) => {
    if (path.endsWith('/json')) return answers.inspect;
    if (path.endsWith('/get')) return answers.export;
    if (path.endsWith('/version')) return answers.version;
    return answers.ping;
  });
  return { argv: [program, '--image', 'docker:app:1'], env: { DOCKER_HOST: `unix://${socket}` }, end };
}

/** What a trick of an engine says beside its answers. */
type Rest = Omit<Trick, 'name' | 'prepare' | 'status'> & { readonly status?: readonly number[] };

/** Tricks of one question, each with what is answered; without a status it must end as unknown. */
export function engineTricks(
  question: keyof EngineAnswers,
  rows: readonly (readonly [name: string, answer: Answer, rest?: Rest])[],
): readonly Trick[] {
  return rows.map(([name, answer, rest = {}]) => ({
    name: `${question}: ${name}`,
    prepare: (folder) => callEngine(folder, { [question]: answer }),
    ...rest,
    status: rest.status ?? [3],
  }));
}

/** A check with an engine where this DOCKER_HOST says. */
export const callAt = (host: string, env: Readonly<Record<string, string>> = {}): Call => ({
  argv: [program, '--image', 'docker:app:1'],
  env: { DOCKER_HOST: host, ...env },
});
