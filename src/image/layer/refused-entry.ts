import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';

/** For an entry that engines refuse (I13), and that therefore no container can have. `where` names the layer. */
export const refused = (name: string, fault: string, where: string): ImageError =>
  new ImageError(
    'unreadable',
    `${where}: the entry "${printablePath(name)}" cannot be unpacked, as engines would say too: ${fault}`,
  );
