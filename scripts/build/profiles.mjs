// The embedded profiles as the package has them: one file with all indexes, one after the other, and the catalogue that says
// where each begins. A package of few files is installed sooner.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const packed = 'profiles.lcindex';

/** Reads `root/profiles`, writes `outFolder/profiles`. Throws Error for an index whose size is not the catalogue's. */
export async function packProfiles({ root, outFolder }) {
  const source = join(root, 'profiles');
  const catalog = JSON.parse(await readFile(join(source, 'profiles.json'), 'utf8'));
  const parts = [];
  let offset = 0;
  for (const entry of catalog.profiles.flatMap(({ files }) => files)) {
    const bytes = await readFile(join(source, entry.file));
    if (bytes.length !== entry.size) throw new Error(`profiles/${entry.file} has not ${entry.size} bytes`);
    Object.assign(entry, { file: packed, offset });
    parts.push(bytes);
    offset += bytes.length;
  }
  const target = join(outFolder, 'profiles');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, packed), Buffer.concat(parts));
  await writeFile(join(target, 'profiles.json'), `${JSON.stringify(catalog)}\n`);
}
