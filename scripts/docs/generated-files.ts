import { rules } from '../../src/rules/index.ts';
import { withCommandLine } from './command-line.ts';
import { withHead, withRuleTable } from './rules.ts';
import { withNames } from './schema.ts';

/** A file that is made from the definitions in `src`, as a whole or in parts. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  /** The file as it should be, from the file as it is. Throws when a part that is to be renewed is not there. */
  readonly renew: (text: string) => string;
}

/** Every file that `npm run docs` writes. */
export const generatedFiles: readonly GeneratedFile[] = [
  { path: 'docs/cli.md', renew: withCommandLine },
  { path: 'docs/rules.md', renew: withRuleTable },
  { path: 'src/schema/report.schema.json', renew: withNames },
  ...rules.map((rule) => ({
    path: `docs/rules/${rule.id}.md`,
    renew: (page: string) => withHead(rule, page),
  })),
];
