/** Stands for a word of a command that only a running container has; no argument of execve can hold it. */
export const unknownWord = '\0';
