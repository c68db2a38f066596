import type { ElfFile } from '../elf/elf-file.ts';
import { platformOf } from '../elf/machine.ts';
import { formatPlatform } from '../image/reference/platform.ts';
import { acceptance } from '../loader/kernel/architecture.ts';
import type { Detection, RuleContext } from './define-rule.ts';

/** The loaders and shells of an image, when no kernel of its platform executes any of them (R8). */
export interface OtherSystem {
  /** The platform that they are built for: `linux/amd64`. */
  readonly platform: string;
  /** Their paths, at least one. */
  readonly paths: readonly string[];
}

const shells = ['/bin/sh', '/bin/bash', '/bin/busybox'] as const;

interface SystemFile {
  readonly path: string;
  readonly elf: ElfFile;
}

function systemFiles({ container: { rootfs }, libcs, binary }: Facts): SystemFile[] {
  const found = shells.flatMap((path): SystemFile[] => {
    const file = rootfs.lookup(path);
    return file.ok && file.inode.content?.kind === 'elf' ? [{ path, elf: file.inode.content.elf }] : [];
  });
  const loaders = libcs.map(({ loaderPath, elf }) => ({ path: loaderPath, elf }));
  return [...found, ...loaders].filter(({ path }) => path !== binary.at);
}

type Facts = Pick<RuleContext, 'container' | 'libcs'> & { readonly binary: { readonly at: string } };

/** What the image's own files are built for, where that is not the platform of the image; null when it is, or nothing says so. */
export function otherSystem(facts: Facts): OtherSystem | null {
  const files = systemFiles(facts);
  const [first] = files;
  const isRefused = ({ elf }: SystemFile) => acceptance(elf, facts.container.platform) === 'refused';
  if (first === undefined || !files.every(isRefused)) return null;
  return { platform: formatPlatform(platformOf(first.elf)), paths: files.map(({ path }) => path) };
}

/** The finding without its effect. */
export function otherSystemDetection(
  { platform, paths }: OtherSystem,
  { container }: Pick<RuleContext, 'container'>,
): Omit<Detection, 'seen' | 'exitStatus'> {
  const own = formatPlatform(container.platform);
  return {
    subject: own,
    expected: `files for ${own}`,
    found: `files for ${platform}`,
    where: paths,
    message: `The image is for ${own}, but its own files are for ${platform}: ${paths[0]}. Nothing of its base starts on ${own}.`,
  };
}
