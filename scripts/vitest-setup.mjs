// The sources import the compiled validators, so they are made before the first test loads them.
import { compileSchemas } from './compile-schemas.mjs';

export async function setup() {
  await compileSchemas();
}
