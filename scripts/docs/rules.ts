import type { Rule } from '../../src/rules/define-rule.ts';
import { rules } from '../../src/rules/index.ts';
import { table, withBlock } from './blocks.ts';

/** The first lines of a rule's page. */
export const headOf = ({ id, title, severity }: Rule): string =>
  `# ${id}\n\n${title}. Severity: ${severity}.\n`;

/** A rule's page with its head made from the rule. Throws when the page does not begin with a heading and a sentence. */
export function withHead(rule: Rule, page: string): string {
  const head = /^# .*\n\n.+\n/.exec(page);
  if (head === null)
    throw new Error('the page of a rule begins with a heading, a blank line and one line of text');
  return headOf(rule) + page.slice(head[0].length);
}

/** docs/rules.md with its table. */
export function withRuleTable(page: string): string {
  const rows = rules.map(({ id, severity, title }) => [`[\`${id}\`](rules/${id}.md)`, severity, title]);
  return withBlock(page, 'rules', table(['rule', 'severity', 'what is wrong'], rows));
}
