import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rule } from '../../rules/define-rule.ts';
import { rules } from '../../rules/index.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { suggestion } from '../nearest.ts';
import { UsageError } from '../usage-error.ts';
import { writeReport } from '../write-report.ts';

/**
 * The page of a rule: in the package from `dist/rule-pages.json`, which has all of them by their rules' ids, in a clone from
 * `docs/rules`; found upwards from this module. Null when there is none.
 */
function readPage({ id }: Rule): string | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let depth = 0; depth < 6; depth++) {
    const pages = join(folder, 'rule-pages.json');
    if (existsSync(pages))
      return (JSON.parse(readFileSync(pages, 'utf8')) as Record<string, string>)[id] ?? null;
    const page = join(folder, 'docs', 'rules', `${id}.md`);
    if (existsSync(page)) return withoutLinks(readFileSync(page, 'utf8'));
    folder = dirname(folder);
  }
  return null;
}

/** A page for a terminal: links are their words, and the lines that say where they lead are gone. */
function withoutLinks(page: string): string {
  return page
    .replace(/\n+(?:\[[^\]\n]+\]: \S+\n)+$/, '\n')
    .replace(/\[([^\]\n]+)\]\(\S+?\)/g, '$1')
    .replace(/\[([A-Z]\d+b?)\]/g, '$1');
}

function listText(all: readonly Rule[]): string {
  const width = Math.max(...all.map((rule) => rule.id.length));
  return all
    .map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`)
    .join('');
}

/** Prints the page of one rule; without a name, lists the rules. */
export const command: Command = async (args, terminal) => {
  const [name, ...more] = args.words;
  if (more.length > 0)
    throw new UsageError('explain takes one rule, for example: libc-check explain interpreter-missing');
  if (name === undefined) {
    await writeReport(listText(rules), args, terminal);
    return exitCodes.runs;
  }
  const rule = rules.find(({ id }) => id === name);
  if (rule === undefined) {
    const known = rules.map(({ id }) => id);
    const otherwise = '; "libc-check explain" lists the rules';
    throw new UsageError(`there is no rule ${name}${suggestion(name, known) || otherwise}`);
  }
  const { id, severity, title } = rule;
  await writeReport(readPage(rule) ?? `# ${id}\n\n${title}. Severity: ${severity}.\n`, args, terminal);
  return exitCodes.runs;
};
