/** An engine was reached and gave no answer that can be used; the message follows the engine's name: "did not answer …". */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
  /** The HTTP status of a refusal; null where there was none. */
  readonly status: number | null;

  constructor(message: string, options: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status ?? null;
  }
}
