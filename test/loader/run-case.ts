import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Container } from '../../src/container/container.ts';
import type { Engine } from '../../src/container/host.ts';
import { defaultPrivileges } from '../../src/container/privileges.ts';
import { processEnv, resolveUser } from '../../src/container/process-start.ts';
import type { ImageContent, LayerIndex } from '../../src/image/image.ts';
import { decodeImageContent } from '../../src/image/index-file/index-file.ts';
import { IndexBudget } from '../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../src/image/layer/layer-stream.ts';
import { simulateStart } from '../../src/loader/simulate.ts';
import type { LoadTrace } from '../../src/loader/trace/load-trace.ts';
import type { Rootfs } from '../../src/rootfs/rootfs.ts';
import { merged } from '../rootfs/merged.ts';
import { layersOf, tarOfLayer } from './case-layers.ts';
import type { Case, CaseEntry, CaseStart } from './cases/case.ts';

const images = new Map<string, { index: ImageContent; rootfs: Rootfs }>();

export function caseImage(name: string): { index: ImageContent; rootfs: Rootfs } {
  const known = images.get(name);
  if (known !== undefined) return known;
  const path = fileURLToPath(new URL(`../../fixtures/cases/images/${name}.lcindex`, import.meta.url));
  const index = decodeImageContent(readFileSync(path));
  const image = { index, rootfs: merged(index.layers) };
  images.set(name, image);
  return image;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function indexOf(entries: readonly CaseEntry[]): Promise<LayerIndex> {
  const options = { what: 'a layer of the case', budget: new IndexBudget() };
  return (await indexLayer(once(await tarOfLayer(entries)), options)).layer;
}

/** The image's configuration with the engine's arguments applied. */
export async function containerOf(each: CaseStart, engine: Engine): Promise<Container> {
  const { index, rootfs: base } = caseImage(each.image);
  let rootfs = base;
  for (const layer of [...layersOf(each), ...(each.instead?.layers ?? [])])
    rootfs = rootfs.withLayer(await indexOf(layer));
  const env = Object.entries(each.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const config = { ...index.config, env, user: each.user ?? '', workingDir: each.workdir ?? '' };
  const user = resolveUser(config.user, rootfs);
  return {
    rootfs,
    platform: index.platform,
    config,
    start: {
      env: processEnv(config, []),
      cwd: each.workdir ?? '/',
      uid: user.ok ? user.uid : 0,
      gid: user.ok ? user.gid : 0,
      gids: user.ok ? user.gids : [0],
      privileges: defaultPrivileges(engine),
    },
    host: {
      kernel: each.kernel ?? [6, 18],
      cpu: each.cpu ?? 'x86-64-v4',
      engine,
      overridesInExec: engine === 'docker',
    },
  };
}

/** The case as libc-check sees it. */
export async function simulateCase(each: Case, engine: Engine): Promise<LoadTrace> {
  const [program] = each.instead?.run ?? each.run ?? ['/t/p'];
  return simulateStart(await containerOf(each, engine), program);
}
