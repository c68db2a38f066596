import { createHash } from 'node:crypto';
import { file, type Layer, tarOf, withParents } from './layer.ts';

/**
 * An image as the tests write it down: its layers, lowest first, and what its configuration says. Parents of the
 * lowest layer's files get entries of their own; in the others the files stand alone, so links of lower layers count.
 */
export interface ImageRecipe {
  readonly layers: readonly Layer[];
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  /** Default: none, and a Cmd that is not there. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const tars = new Map<Layer, Promise<Buffer>>();

function tarOnce(layer: Layer, index: number): Promise<Buffer> {
  const known = tars.get(layer) ?? tarOf(index === 0 ? withParents(layer) : layer);
  tars.set(layer, known);
  return known;
}

/** The image as an archive that `docker load` takes, tagged `tag`. */
export async function archiveOf(recipe: ImageRecipe, tag: string): Promise<Buffer> {
  const layers = await Promise.all(recipe.layers.map(tarOnce));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {
        Env: recipe.env ?? [],
        User: recipe.user ?? '',
        WorkingDir: recipe.workingDir ?? '',
        Entrypoint: recipe.entrypoint ?? null,
        Cmd: recipe.cmd ?? (recipe.entrypoint === undefined ? ['/none'] : null),
      },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    }),
  );
  const configName = `${sha256(config)}.json`;
  const names = layers.map((layer, index) => `${sha256(layer)}-${index}/layer.tar`);
  const manifest = JSON.stringify([{ Config: configName, RepoTags: [tag], Layers: names }]);
  return tarOf([
    file('manifest.json', manifest),
    file(configName, config),
    ...layers.map((layer, index) => file(names[index] ?? '', layer)),
  ]);
}
