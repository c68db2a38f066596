/** The call is wrong (exit 2). The message is one sentence for the user: what is wrong and what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
