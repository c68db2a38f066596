/** When dlopen binds functions: at once (RTLD_NOW), or each at its first call (RTLD_LAZY) where the object allows it. */
export const bindings = ['now', 'lazy'] as const;
export type Binding = (typeof bindings)[number];

/** The flags of one dlopen (S32). */
export interface DlopenMode {
  readonly binding: Binding;
  /** RTLD_GLOBAL: objects that are opened later see its symbols. RTLD_LOCAL: only those that need it by DT_NEEDED. */
  readonly scope: 'global' | 'local';
  /** RTLD_DEEPBIND: its own symbols come before those of the process. glibc has it, musl ignores it. */
  readonly deepbind: boolean;
}

/** The mode of a caller that nothing is known about: RTLD_LAZY, the value that most programs pass. */
export const plainMode: DlopenMode = { binding: 'lazy', scope: 'local', deepbind: false };
