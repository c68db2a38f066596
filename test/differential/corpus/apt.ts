import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A run of a command that must succeed; gives its standard output. Throws Error with the end of its standard error. */
export function run(command: string, args: readonly string[], cwd?: string): string {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0)
    throw new Error(`${command} ${args.at(-1)}: ${result.stderr.trim().split('\n').slice(-3).join(' / ')}`);
  return result.stdout;
}

/** The mirror has no index of the suite, or its pool no longer has the packages of that index. */
export class SuiteUnavailable extends Error {
  readonly suite: string;
  readonly architecture: string;

  constructor(apt: Apt, cause: unknown) {
    super(`${apt.suite} ${apt.architecture}: ${(cause as Error).message}`);
    this.suite = apt.suite;
    this.architecture = apt.architecture;
  }
}

/** The mirror that this machine is set up with: its own sources name it. */
export function configuredMirror(): string {
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const text = existsSync(sources)
    ? readFileSync(sources, 'utf8')
    : readFileSync('/etc/apt/sources.list', 'utf8');
  const mirror = /^URIs:\s*(\S+)/m.exec(text)?.[1] ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/m.exec(text)?.[1];
  if (mirror === undefined) throw new Error('no mirror of Debian in the sources of this machine');
  return mirror;
}

/** Debian's apt for one suite and architecture, in a state of its own: the machine's apt stays as it is. */
export class Apt {
  readonly suite: string;
  readonly architecture: string;
  readonly #architectures: string;
  readonly #state: string;
  readonly #options: readonly string[];
  readonly #say: (line: string) => void;
  #names: ReadonlySet<string> | null = null;

  /** `foreign`: architectures whose packages may be installed beside those of `architecture`. */
  constructor(
    folder: string,
    suite: string,
    architecture: string,
    say: (line: string) => void,
    foreign: readonly string[] = [],
  ) {
    const architectures = [architecture, ...foreign].join(',');
    this.#say = say;
    this.suite = suite;
    this.architecture = architecture;
    this.#architectures = architectures;
    this.#state = join(folder, `${suite}-${architectures.replaceAll(',', '-')}`);
    const at = (name: string) => join(this.#state, name);
    const settings: Record<string, string> = {
      'Dir::Etc': at('etc'),
      'Dir::Etc::sourcelist': at('etc/sources.list'),
      'Dir::Etc::sourceparts': at('etc/sources.list.d'),
      'Dir::Etc::parts': at('etc/apt.conf.d'),
      'Dir::State::lists': at('lists'),
      'Dir::State::status': at('status'),
      'Dir::Cache': at('cache'),
      'APT::Architecture': architecture,
      'APT::Architectures': architectures,
      'APT::Sandbox::User': 'root',
      'Acquire::Languages': 'none',
      'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
      'Debug::NoLocking': 'true',
      'Acquire::Retries': '3',
      'Acquire::http::Timeout': '30',
      'Acquire::https::Timeout': '30',
    };
    this.#options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  }

  /** Reads the index of packages, once. Throws SuiteUnavailable where the mirror has none. */
  update(): this {
    const done = join(this.#state, 'updated');
    if (existsSync(done)) return this;
    for (const name of [
      'etc/sources.list.d',
      'etc/preferences.d',
      'etc/apt.conf.d',
      'lists/partial',
      'cache/archives/partial',
      'cache/none/partial',
      'debs',
    ])
      mkdirSync(join(this.#state, name), { recursive: true });
    writeFileSync(join(this.#state, 'status'), '');
    const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
    writeFileSync(
      join(this.#state, 'etc/sources.list'),
      `deb [arch=${this.#architectures} signed-by=${keyring}] ${configuredMirror()} ${this.suite} main\n`,
    );
    this.#fetch(['-qq', '--error-on=any', 'update']);
    writeFileSync(done, '');
    return this;
  }

  #fetch(words: readonly string[], cwd?: string): void {
    try {
      run('apt-get', [...this.#options, ...words], cwd);
    } catch (error) {
      throw new SuiteUnavailable(this, error);
    }
  }

  /** Of these names, those that the suite has. */
  known(packages: readonly string[]): string[] {
    this.update();
    this.#names ??= new Set(run('apt-cache', [...this.#options, 'pkgnames']).split('\n'));
    return packages.filter((name) => this.#names?.has(name));
  }

  /** The packages and all that they depend on, as .deb files; without those that a file such as /var/lib/dpkg/status says are installed. Throws SuiteUnavailable. */
  withDependencies(packages: readonly string[], status: string | null = null): string[] {
    this.update();
    const installed = status === null ? [] : ['-o', `Dir::State::status=${status}`];
    const install = [...installed, '-qq', '-y', '--no-install-recommends'];
    // Files that are in the cache already are not named, so an empty one is asked.
    const empty = ['-o', `Dir::Cache::archives=${join(this.#state, 'cache/none')}`];
    const uris = run('apt-get', [
      ...this.#options,
      ...install,
      ...empty,
      '--print-uris',
      'install',
      ...packages,
    ]);
    this.#fetch([...install, '--download-only', 'install', ...packages]);
    const files = [...uris.matchAll(/^'[^']+' (\S+\.deb) /gm)].map((match) => match[1] ?? '');
    return files.map((file) => join(this.#state, 'cache/archives', file));
  }

  /**
   * The packages alone, as .deb files by name; those that the suite lacks are skipped, those that its pool lacks are named.
   * Throws SuiteUnavailable where the pool has none of them.
   */
  download(packages: readonly string[]): Map<string, string> {
    const known = this.known(packages);
    const folder = join(this.#state, 'debs');
    if (known.length > 0) this.#fetchWhatIsThere(known, folder);
    const files = readdirSync(folder);
    const found = new Map<string, string>();
    for (const name of known) {
      const file = files.find((entry) => entry.startsWith(`${name}_`));
      if (file !== undefined) found.set(name, join(folder, file));
    }
    return found;
  }

  #fetchWhatIsThere(packages: readonly string[], folder: string): void {
    try {
      this.#fetch(['-qq', 'download', ...packages], folder);
    } catch (error) {
      const gone = packages.filter((name) => !this.#isFetched(name, folder));
      if (gone.length === packages.length) throw error;
      this.#say(`gone from the pool of ${this.suite} ${this.architecture}: ${gone.join(' ')}`);
    }
  }

  #isFetched(name: string, folder: string): boolean {
    try {
      this.#fetch(['-qq', 'download', name], folder);
      return true;
    } catch {
      return false;
    }
  }
}
