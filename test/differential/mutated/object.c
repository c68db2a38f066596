/* A shared object with one of everything that a loader reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"zero", "one", "two", "three", "four", "five", "six", "seven"};
static __thread int counted = 3;
int exported = 7;
int *address = &exported;
extern void perhaps(void) __attribute__((weak));

#ifdef IFUNC
static int plain(int x) { return x + 1; }
static int (*choose(void))(int) { return plain; }
__attribute__((ifunc("choose"))) int chosen(int x);
#endif

__attribute__((constructor)) static void begin(void) { counted++; }

const char *first(int i) { return words[i & 7]; }
int second(const char *text) {
  if (perhaps) perhaps();
  return (int)strlen(text) + atoi(text) + *address;
}
void third(void) { printf("%s %d\n", first(counted), second("7")); }
