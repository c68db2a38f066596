/*
 * A process that loads one shared object and says what came of it: dlopen-host FILE lazy|now.
 * It has no start files and asks its libc, glibc or musl, only for unversioned names that every one of them has, so one
 * build per architecture and loader runs in every image. With -DLIST it does nothing and asks for nothing: it is there
 * to be listed by the loader, with the object that it needs.
 */
extern void *dlopen(const char *, int);
extern char *dlerror(void);
extern long write(int, const void *, unsigned long);
extern void _exit(int);

#if defined(__x86_64__)
#define ENTER "xor %ebp,%ebp\nmov %rsp,%rdi\nand $-16,%rsp\ncall host_main\n"
#elif defined(__i386__)
#define ENTER "xor %ebp,%ebp\nmov %esp,%eax\nand $-16,%esp\npush %eax\npush %eax\npush %eax\npush %eax\ncall host_main\n"
#elif defined(__aarch64__)
#define ENTER "mov x29,#0\nmov x30,#0\nmov x0,sp\nand sp,x0,#-16\nbl host_main\n"
#elif defined(__arm__)
#define ENTER "mov fp,#0\nmov lr,#0\nmov a1,sp\nand ip,a1,#-16\nmov sp,ip\nbl host_main\n"
#elif defined(__riscv)
#define ENTER ".option push\n.option norelax\nlla gp,__global_pointer$\n.option pop\nmv a0,sp\nandi sp,sp,-16\ncall host_main\n"
#elif defined(__s390x__)
#define ENTER "lgr %r2,%r15\naghi %r15,-160\nbrasl %r14,host_main\n"
#elif defined(__powerpc64__)
/* glibc's ld.so gives argv in r4 and a zero where r1 points to; musl's gives argc there. */
#define ENTER "addis 2,12,.TOC.-_start@ha\naddi 2,2,.TOC.-_start@l\n.localentry _start,.-_start\n" \
  "ld 5,0(1)\ncmpdi 5,0\nmr 3,1\nbne 1f\naddi 3,4,-8\n1: clrrdi 1,1,4\nli 0,0\nstdu 0,-64(1)\nbl host_main\nnop\n"
#elif defined(__mips64)
#define ENTER ".globl __start\n__start:\nbal host_here\nhost_here:\n.cpsetup $31,$16,host_here\n" \
  "move $4,$29\nli $8,-16\nand $29,$29,$8\ndla $25,host_main\njalr $25\n"
#else
#error "no start code for this architecture"
#endif
__asm__(".text\n.globl _start\n.type _start,%function\n_start:\n" ENTER);

#ifdef LIST
__attribute__((used)) void host_main(const long *stack) { (void)stack; }
#else
static void say(const char *text) {
  unsigned long length = 0;
  while (text[length] != 0) length++;
  write(1, text, length);
}

__attribute__((used, noreturn)) void host_main(const long *stack) {
  char **argv = (char **)(stack + 1);
  int now = argv[2] != 0 && argv[2][0] == 'n';
  if (dlopen(argv[1], now ? 2 : 1) != 0) {
    say("opened\n");
    _exit(0);
  }
  const char *reason = dlerror();
  say("failed: ");
  say(reason != 0 ? reason : "no reason given");
  say("\n");
  _exit(1);
}
#endif
