/** `error`: it will not start; `warning`: it starts and can fail later; `note`: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** `exact`: the loader's own decision, carried out on the image's own files; `likely`: depends on something that no file shows. */
export type Confidence = 'exact' | 'likely';

/**
 * How a remedy is carried out, for programs. Paths are paths of the image; `image` is a reference as `FROM` takes it.
 * `base`: this image in place of the present one, with packages installed on top. `package`: install, or with `upgrade` renew,
 * in the image. `run`: a command in the image, such as `ldconfig`. `rebuild`: only who builds the file can do it.
 */
export type Cure =
  /** `platform`: another one than that of the present image; null: the same. */
  | {
      readonly kind: 'base';
      readonly image: string;
      readonly packages: readonly string[];
      readonly platform: string | null;
    }
  | {
      readonly kind: 'package';
      readonly manager: 'apt' | 'apk';
      readonly names: readonly string[];
      readonly upgrade: boolean;
    }
  /** A symbolic link at `path`; `target` is the link's text. */
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /**
   * Files, copied to the folder `to` under their own names, links followed. `from`: an image, and the packages that are installed
   * there before; null: the user's own machine.
   */
  | {
      readonly kind: 'copy';
      readonly from: { readonly image: string; readonly packages: readonly string[] } | null;
      readonly paths: readonly string[];
      readonly to: string;
    }
  /** `mode` is octal, or symbolic as chmod takes it. */
  | { readonly kind: 'chmod'; readonly path: string; readonly mode: string }
  | { readonly kind: 'env'; readonly name: string; readonly value: string }
  /** `line` in place of the first line of the script at `path`. */
  | { readonly kind: 'first-line'; readonly path: string; readonly line: string }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'platform'; readonly platform: string }
  | {
      readonly kind: 'rebuild';
      readonly toolchain: 'go' | 'rust' | 'node-addon' | 'c';
      /** What it is built for: no loader at all, a libc (`release`: no newer one), another platform, or the same with other options. */
      readonly target: 'static' | 'musl' | 'glibc' | 'platform' | 'options';
      readonly release: string | null;
    };

/** One thing to do about a finding. */
export interface Remedy {
  /** One sentence for people. */
  readonly action: string;
  /** A line to paste, where there is one. */
  readonly command: string | null;
  /** Null for what only people can carry out. */
  readonly cure: Cure | null;
  /** The start was examined with the cure and succeeds; false where it does not, or where nothing can show it. */
  readonly proven: boolean;
}

/** A place in a text file, such as a Dockerfile or a configuration. Lines and columns count from 1. */
export interface Location {
  /** As the user named the file, or relative to the folder that was named. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The first place behind it; null when only its beginning is known. */
  readonly end: { readonly line: number; readonly column: number } | null;
}

export interface Finding {
  /** Kebab-case id: the only name of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What it is about: a library, a version, a path. */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  /** Where it was looked for: paths in the order tried, or the object at fault. */
  readonly where: readonly string[];
  /** The line of a text file that causes it; null for what no such file says. */
  readonly location: Location | null;
  /** One sentence for people. */
  readonly message: string;
  /** The exact line that kernel, engine or loader prints for this; null when it prints none. */
  readonly seen: string | null;
  /** The exit status that goes with it; null when the program goes on. */
  readonly exitStatus: number | null;
  readonly remedies: readonly Remedy[];
}
