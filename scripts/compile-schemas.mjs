// Compiles every src/schema/NAME.schema.json (JSON Schema, draft 2020-12) into src/schema/generated/NAME.js, a
// validator that needs neither ajv nor the schema at run time, with NAME.d.ts beside it.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const schemaFolder = fileURLToPath(new URL('../src/schema/', import.meta.url));
const generatedFolder = join(schemaFolder, 'generated');
const suffix = '.schema.json';

const declaration = `import type { ErrorObject } from 'ajv';

declare const validate: {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
};
export default validate;
`;

async function validatorSource(schema) {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { default: standaloneCode } = await import('ajv/dist/standalone/index.js');
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  });
  return standaloneCode.default(ajv, ajv.compile(schema));
}

/** Puts ajv's small runtime functions into the validator, so that it stands alone. */
async function withoutImports(source) {
  const { build } = await import('esbuild');
  const result = await build({
    stdin: { contents: source, resolveDir: dirname(schemaFolder), loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return result.outputFiles[0].text;
}

/** Gives the names of the schemas that were compiled. */
export async function compileSchemas() {
  const files = (await readdir(schemaFolder)).filter((file) => file.endsWith(suffix)).sort();
  await mkdir(generatedFolder, { recursive: true });
  const wanted = new Set();
  for (const file of files) {
    const name = file.slice(0, -suffix.length);
    const schema = JSON.parse(await readFile(join(schemaFolder, file), 'utf8'));
    await writeFile(join(generatedFolder, `${name}.js`), await withoutImports(await validatorSource(schema)));
    await writeFile(join(generatedFolder, `${name}.d.ts`), declaration);
    wanted.add(`${name}.js`).add(`${name}.d.ts`);
  }
  for (const file of await readdir(generatedFolder)) {
    if (!wanted.has(file)) await rm(join(generatedFolder, file));
  }
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await compileSchemas();
