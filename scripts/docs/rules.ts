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

/** The README with its table of rules. */
export function withRuleTable(readme: string): string {
  const rows = rules.map(({ id, severity, title }) => [`\`${id}\``, severity, title]);
  return withBlock(readme, 'rules', table(['rule', 'severity', 'what is wrong'], rows));
}
