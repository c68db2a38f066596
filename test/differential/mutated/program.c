/* Has one of everything that a loader reads: data with addresses, thread-local storage, versions, and an IFUNC if asked. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"zero", "one", "two", "three", "four", "five", "six", "seven"};
static _Thread_local int counted = 3;
static _Thread_local char room[40];
extern void perhaps(void) __attribute__((weak));

#ifdef IFUNC
static int plain(int x) { return x + 1; }
static int (*choose(void))(int) { return plain; }
__attribute__((ifunc("choose"))) int chosen(int x);
#else
static int chosen(int x) { return x + 1; }
#endif

__attribute__((constructor)) static void begin(void) { counted++; }

int main(int argc, char **argv) {
  (void)argv;
  if (perhaps) perhaps();
  snprintf(room, sizeof room, "%s %g", words[argc & 7], pow(argc, 2));
  return fprintf(stdout, "started %s %d\n", room, chosen(counted)) > 0 && strlen(room) > 0 && getenv("PATH") ? 0 : 1;
}
