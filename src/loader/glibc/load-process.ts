import { runningCredentials } from '../../container/process-start.ts';
import { whyUnread } from '../../container/unread-file.ts';
import { isReadable } from '../../rootfs/denials.ts';
import { trustedEnding } from '../doubt/trusted-ending.ts';
import { preloadNames } from '../preload-names.ts';
import type { EndingBuilder } from '../trace/ending-builder.ts';
import type { LoaderIdentity } from '../trace/load-trace.ts';
import type { Loaded } from '../trace/loaded.ts';
import type { Problem } from '../trace/problem.ts';
import type { LinkMap } from './link-map.ts';
import { ObjectLoader, type ObjectSet } from './load-objects.ts';
import { preloadFile } from './loader-facts.ts';
import type { Phrasing } from './phrasing.ts';
import type { LoaderSession } from './session.ts';

/** What a trace reports about the loader. */
export function identityOf({ version, loader }: LoaderSession): LoaderIdentity {
  return { family: 'glibc', version, path: loader.path };
}

/** Phase L of a start: the preloads, then what the program and they need, breadth-first (G4 to G8, G30). */
export function loadProcess(session: LoaderSession, main: LinkMap, phrasing: Phrasing): ObjectLoader {
  const loader = new ObjectLoader(session, main, phrasing);
  const { container, facts, secure } = session;
  loader.preload(preloadNames(container.start, /[ :]+/, secure), 'LD_PRELOAD');
  if (isReadable(container.rootfs, preloadFile, runningCredentials(container.start))) {
    loader.set.unknown ??= whyUnread(container.rootfs, preloadFile);
    loader.preload(facts.preloads, preloadFile);
  }
  loader.loadDependencies();
  return loader;
}

/** The result of loading these objects; the ending is trusted only as far as all of them could be read. */
export function loadedObjects(
  session: LoaderSession,
  set: ObjectSet,
  problems: readonly Problem[],
  ending: EndingBuilder,
): Loaded {
  return {
    loader: identityOf(session),
    objects: set.objects,
    problems,
    ending: trustedEnding(ending.build(), set.unknown, set.maps),
  };
}
