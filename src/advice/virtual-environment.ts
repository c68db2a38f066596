import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, remedy } from './binary-facts.ts';

/** Folders in which uv, pyenv and others put a Python of their own. */
const ownPython = /\/(uv|pyenv|\.pyenv|rye|\.rye|conda|miniconda3|cpython)[/-]/;

/** A path that only macOS has: home folders and Homebrew's. */
const onMac = /^\/(?:Users|opt\/homebrew|Library)\//;

/** A virtual environment holds links to the Python that it was made with, by the path that this had there. */
export function adviseOnDanglingPython(target: string, { rootfs }: AdviceFacts): readonly Remedy[] {
  const kept = /^(.*?\/(?:uv\/python|\.pyenv|pyenv|\.rye\/py|rye\/py))\//.exec(target)?.[1] ?? null;
  const folder = kept ?? target.replace(/\/bin\/[^/]*$/, '');
  const present = ['/usr/local/bin/python3', '/usr/bin/python3'].find((path) => rootfs.lookup(path).ok);
  const copy = remedy(
    `Also copy the Python that the environment was created with, to the same path.`,
    `COPY --from=build ${folder} ${folder}`,
  );
  if (onMac.test(target))
    return [
      remedy(
        'It is a path of macOS: create the environment in the image, and keep the one of this machine out of the build (.dockerignore).',
        '.venv',
      ),
    ];
  const make =
    present === undefined
      ? remedy('Or create the environment in the image in which it runs, on the Python that is there.')
      : remedy(
          `Or create the environment with the Python of the image in which it runs, ${present}; with uv:`,
          `ENV UV_PYTHON_DOWNLOADS=never UV_PYTHON=${present}`,
        );
  return ownPython.test(target) || present === undefined ? [copy, make] : [make, copy];
}
