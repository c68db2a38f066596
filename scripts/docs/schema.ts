import { imageSourceNames } from '../../src/image/sources/image-sources.ts';
import { rules } from '../../src/rules/index.ts';

/**
 * A schema whose list behind `"$comment": "generated: NAME"` is renewed, one value a line. The text is changed rather than the
 * document, so that the rest of the file stays as it is formatted. Throws when there is no such comment with a list behind it.
 */
function withList(schema: string, name: string, values: readonly (string | null)[]): string {
  const list = new RegExp(`( *)("\\$comment": "generated: ${name}",\\s+"(?:enum|examples)": )\\[[^\\]]*\\]`);
  if (!list.test(schema)) throw new Error(`there is no list behind "$comment": "generated: ${name}"`);
  return schema.replace(list, (_all, indent: string, start: string) => {
    const lines = values.map((value) => `${indent}  ${JSON.stringify(value)}`);
    return `${indent}${start}[\n${lines.join(',\n')}\n${indent}]`;
  });
}

/** The schema of the report with the names of the sources, and with the rules that there are. */
export function withNames(schema: string): string {
  const withSources = withList(schema, 'sources', [...imageSourceNames, null]);
  return withList(
    withSources,
    'rules',
    rules.map(({ id }) => id),
  );
}
