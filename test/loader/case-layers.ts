import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pack } from 'tar-stream';
import type { CaseEntry, CaseStart } from './cases/case.ts';

const filesFolder = fileURLToPath(new URL('../../fixtures/cases/files/', import.meta.url));
const epoch = new Date(1_700_000_000_000);

/** A checkout keeps only the x bit of the owner: every mode becomes 0755 or 0644. */
function folderEntries(name: string, place: string): CaseEntry[] {
  const entries: CaseEntry[] = [{ type: 'folder', path: place, mode: 0o755 }];
  for (const child of readdirSync(filesFolder + name).sort()) {
    const [inside, path] = [`${name}/${child}`, `${place}/${child}`];
    const stats = lstatSync(filesFolder + inside);
    if (stats.isDirectory()) entries.push(...folderEntries(inside, path));
    else if (stats.isSymbolicLink())
      entries.push({ type: 'link', path, target: readlinkSync(filesFolder + inside) });
    else entries.push({ type: 'copy', path, from: inside });
  }
  return entries;
}

/** The layers that a case puts over its image. */
export function layersOf({ files = null, layers = [] }: CaseStart): (readonly CaseEntry[])[] {
  return [...(files === null ? [] : [folderEntries(files, 't')]), ...layers];
}

function headerOf(entry: CaseEntry) {
  const { path: name, uid = 0, gid = 0, mode = 0o755 } = entry;
  return { name, uid, gid, mode, mtime: epoch };
}

/** One layer as an uncompressed tar. */
export async function tarOfLayer(entries: readonly CaseEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    const header = headerOf(entry);
    switch (entry.type) {
      case 'copy': {
        const { capability } = entry;
        const pax =
          capability === undefined
            ? {}
            : { pax: { 'SCHILY.xattr.security.capability': String.fromCharCode(...capability) } };
        const executable = (lstatSync(filesFolder + entry.from).mode & 0o100) !== 0;
        const mode = entry.mode ?? (executable ? 0o755 : 0o644);
        tar.entry({ ...header, ...pax, mode, type: 'file' }, readFileSync(filesFolder + entry.from));
        break;
      }
      case 'text':
        tar.entry({ ...header, type: 'file' }, entry.text);
        break;
      case 'folder':
        tar.entry({ ...header, name: `${header.name}/`, type: 'directory' });
        break;
      case 'link':
        tar.entry({ ...header, type: 'symlink', linkname: entry.target });
        break;
      case 'hardlink':
        tar.entry({ ...header, type: 'link', linkname: entry.target });
        break;
    }
  }
  tar.finalize();
  return buffer(tar);
}
