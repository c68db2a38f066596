/** All that the package runs: the library, and the command line as a function. The build makes one file of it, so that both share their code. */

export * from '../index.ts';
export { runProcess } from './main.ts';
