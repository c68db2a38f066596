import type { CheckReport } from '../examine/check-report.ts';
import type { CacheUsage } from '../image/cache/cache-store.ts';
import type { InspectReport } from './inspect/report.ts';
import type { ProfileListReport, ProfileReport } from './profile/report.ts';
import type { TextOptions } from './text/style.ts';

/** Every document that the command line prints, by the words that ask for it, with what it is rendered from. */
export interface Documents {
  readonly check: CheckReport;
  readonly inspect: InspectReport;
  readonly 'profile list': ProfileListReport;
  readonly 'profile show': ProfileReport;
  readonly 'cache info': CacheUsage;
}

export type DocumentName = keyof Documents;

/** Gives the whole text of a document. Formats for programs ignore the options: their output is the same everywhere. */
type Render<Report> = (report: Report, options: TextOptions) => string;

/** One value of `--format`. */
export interface Format {
  readonly id: string;
  /**
   * `programs`: the document is complete, with the sha256 of every binary and every result whose verdict is unknown.
   * `people`: it has sha256 with `--verbose`, and unknown results go to standard error.
   */
  readonly readBy: 'people' | 'programs';
  /** The documents that the format renders; a renderer is loaded when it is asked for. */
  readonly renders: { readonly [Name in DocumentName]?: () => Promise<Render<Documents[Name]>> };
}

/** Every format. The first one is the default. */
export const formats: readonly Format[] = [
  {
    id: 'text',
    readBy: 'people',
    renders: {
      check: async () => (await import('./text/render-text.ts')).renderText,
      inspect: async () => (await import('./inspect/text.ts')).renderInspectText,
      'profile list': async () => (await import('./profile/text.ts')).renderProfileListText,
      'profile show': async () => (await import('./profile/text.ts')).renderProfileText,
      'cache info': async () => (await import('./cache/text.ts')).renderCacheText,
    },
  },
  {
    id: 'json',
    readBy: 'programs',
    renders: {
      check: async () => (await import('./json.ts')).renderJson,
      inspect: async () => (await import('./inspect/json.ts')).renderInspectJson,
      'profile list': async () => (await import('./profile/json.ts')).renderProfileListJson,
      'profile show': async () => (await import('./profile/json.ts')).renderProfileJson,
      'cache info': async () => (await import('./cache/json.ts')).renderCacheJson,
    },
  },
];

/** A format as far as it concerns one document. `load` gives the renderer. */
export interface DocumentFormat<Name extends DocumentName> extends Pick<Format, 'id' | 'readBy'> {
  readonly load: () => Promise<Render<Documents[Name]>>;
}

/** The formats that render a document, in the order of the table. */
export function formatsOf<Name extends DocumentName>(document: Name): readonly DocumentFormat<Name>[] {
  return formats.flatMap(({ id, readBy, renders }) => {
    const load: Format['renders'][Name] = renders[document];
    return load === undefined ? [] : [{ id, readBy, load }];
  });
}

/** The ids of the formats of a command: those that render `COMMAND` or any `COMMAND ACTION`. */
export function formatIdsOf(command: string): readonly string[] {
  const isOfCommand = (document: string): boolean =>
    document === command || document.startsWith(`${command} `);
  return formats.filter(({ renders }) => Object.keys(renders).some(isOfCommand)).map(({ id }) => id);
}
