import { expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { rules } from '../../src/rules/index.ts';
import { recordingTerminal } from '../cli/recording-terminal.ts';

async function explained(id: string): Promise<string> {
  const { terminal, written } = recordingTerminal();
  expect(await run(['explain', id], terminal)).toBe(0);
  return written.stdout;
}

test('explain prints the words of links and not where they lead', async () => {
  for (const { id } of rules) {
    const text = await explained(id);
    expect(text).not.toMatch(/\]\(|^\[.*\]: |\[[A-Z]\d/m);
    expect(text).toMatch(/\n\nRules? [A-Z]\d.* of the loader specification\.\n$/);
  }
});
