import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Schema } from './shape.ts';

/** One of the published schemas: `report` or `inspect`. */
export function readSchema(name: 'report' | 'inspect'): Schema {
  return JSON.parse(readFileSync(new URL(`../../src/schema/${name}.schema.json`, import.meta.url), 'utf8'));
}

/** A check of documents against a published schema: gives what is wrong, each with its place; empty when all is right. */
export function validatorOf(name: 'report' | 'inspect'): (document: unknown) => string[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  const validate = ajv.compile(readSchema(name));
  return (document) => {
    if (validate(document)) return [];
    return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
  };
}
