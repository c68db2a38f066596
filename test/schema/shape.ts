/**
 * What a schema must say of each member of `T`: `nullable` where null is allowed. The compiler asks for a line a member,
 * no more and no less, so that a type and the table of it cannot drift apart.
 */
export type Shape<T> = {
  readonly [K in keyof T]-?: null extends T[K] ? 'nullable' : 'always';
};

/** Every member of a union of words, once. */
export type Words<T extends string> = Readonly<Record<T, true>>;

interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** A JSON Schema as far as its tests walk it. */
export type Schema = SchemaNode & { readonly $defs: Readonly<Record<string, SchemaNode>> };

function resolved(schema: Schema, node: SchemaNode): SchemaNode {
  const name = node.$ref?.replace('#/$defs/', '');
  return name === undefined ? node : (schema.$defs[name] ?? {});
}

function allowsNull(schema: Schema, node: SchemaNode): boolean {
  const target = resolved(schema, node);
  if (target.anyOf !== undefined) return target.anyOf.some((option) => allowsNull(schema, option));
  return (
    target.type === 'null' ||
    (Array.isArray(target.type) && target.type.includes('null')) ||
    target.enum?.includes(null) === true
  );
}

/** The node at `path`, such as `results.items.image.libc`; `items` steps into an array, `null` choices are looked through. */
export function nodeAt(schema: Schema, path: string): SchemaNode {
  let node: SchemaNode = schema;
  for (const step of path.split('.').filter(Boolean)) {
    const next: SchemaNode | undefined = step === 'items' ? node.items : node.properties?.[step];
    node = resolved(schema, next ?? {});
    if (node.anyOf !== undefined)
      node = resolved(schema, node.anyOf.find((option) => option.type !== 'null') ?? {});
  }
  return node;
}

/** What the schema says of the members of the object at `path`, in the form of `Shape`. */
export function shapeAt(schema: Schema, path: string): Record<string, 'nullable' | 'always'> {
  const node = nodeAt(schema, path);
  const entries = Object.entries(node.properties ?? {});
  return Object.fromEntries(
    entries.map(([name, member]) => [name, allowsNull(schema, member) ? 'nullable' : 'always']),
  );
}

/** Paths of objects that allow other members than they name, or do not require all of them. */
export function looseObjects(schema: Schema): string[] {
  const loose: string[] = [];
  const walk = (node: SchemaNode, path: string): void => {
    if (node.properties !== undefined) {
      const names = Object.keys(node.properties).sort();
      const required = [...(node.required ?? [])].sort();
      if (node.additionalProperties !== false || names.join() !== required.join())
        loose.push(path || '(root)');
      for (const [name, member] of Object.entries(node.properties)) walk(member, `${path}.${name}`);
    }
    if (node.items !== undefined) walk(node.items, `${path}.items`);
    for (const option of node.anyOf ?? []) walk(option, path);
    for (const [name, definition] of Object.entries(node.$defs ?? {})) walk(definition, `$defs.${name}`);
  };
  walk(schema, '');
  return loose;
}

/** The words that the schema allows at `path`, without null. */
export function wordsAt(schema: Schema, path: string): string[] {
  const [, parent = '', name = ''] = /^(.*?)\.?([^.]+)$/.exec(path) ?? [];
  const node = resolved(schema, nodeAt(schema, parent).properties?.[name] ?? {});
  return (node.enum ?? []).filter((word) => word !== null).map(String);
}
