/**
 * The line that a user sees, without what only frames it: of the engine's own error the part that is stable over its
 * versions (R1), else all that was printed.
 */
export function coreOf(text: string): string {
  const [, error] = /^docker: Error response from daemon: (.*?)(?:: unknown)?\.?$/m.exec(text) ?? [];
  return error === undefined ? text.trim() : error.replace(/^.*?(?=exec:? )/, '');
}
