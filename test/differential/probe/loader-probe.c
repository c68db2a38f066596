/*
 * Starts one program in a root file system and tells how far it came.
 *
 *   loader-probe --scratch DIR --lower DIR[:DIR...] [--seconds N] [--stop-at-entry] [--unprivileged]
 *                [--qemu FILE] [--arg0 NAME] [--env KEY=VALUE]... -- PROGRAM [ARGUMENT...]
 *
 * The directories are laid over each other read-only, in mount, process, network and other namespaces of their own,
 * which end with the program. One line on file descriptor 3 tells the outcome:
 *
 *   refused ERRNO   execve failed
 *   entry           the program's entry point was reached: its loader has handed over (with --stop-at-entry)
 *   exited STATUS   it ended before that
 *   signalled N     it was killed before that
 *   timeout         none of these in time
 *   broken TEXT     the probe itself could not work
 *
 * With --unprivileged it is started as nobody, with limits: for files of which nobody knows what they will do.
 * With --stop-at-entry the program is traced (ptrace; under qemu, its gdb server) and stopped at AT_ENTRY.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ENV = 256, GDB_PORT = 1234, PACKET = 1 << 16 };

static const char *scratch, *lower, *qemu, *arg0;
static char *environment[MAX_ENV + 1];
static int environment_size, stop_at_entry, unprivileged, seconds = 20, qemu_fd = -1;
static char root[4096];

static void report(const char *format, long value) {
  char line[256];
  int length = snprintf(line, sizeof line, format, value);
  if (write(3, line, (size_t)length) != length) _exit(98);
}

static void broken(const char *what) {
  char line[512];
  int length = snprintf(line, sizeof line, "broken %s: %s\n", what, strerror(errno));
  if (write(3, line, (size_t)length) != length) _exit(98);
  _exit(99);
}

static void lay_root(void) {
  char options[8192], path[4200];
  struct stat status;
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) broken("making mounts private");
  if (mount("probe", scratch, "tmpfs", 0, "size=1m")) broken("mounting a scratch tmpfs");
  snprintf(root, sizeof root, "%s/root", scratch);
  if (mkdir(root, 0755)) broken("making the root directory");
  snprintf(options, sizeof options, "lowerdir=%s", lower);
  if (mount("probe", root, "overlay", MS_RDONLY, options)) broken("mounting an overlay");
  snprintf(path, sizeof path, "%s/proc", root);
  if (lstat(path, &status) || !S_ISDIR(status.st_mode)) { errno = ENOTDIR; broken("looking for /proc"); }
  if (mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) broken("mounting /proc");
}

static void raise_loopback(void) {
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request)) broken("raising the loopback interface");
  close(fd);
}

static int become_nobody(void) {
  const id_t nobody = 65534;
  struct rlimit processes = { 64, 64 }, size = { 1 << 20, 1 << 20 }, time = { (rlim_t)seconds, (rlim_t)seconds };
  if (setrlimit(RLIMIT_FSIZE, &size) || setrlimit(RLIMIT_CPU, &time)) return -1;
  if (setgroups(0, NULL) || setgid(nobody) || setuid(nobody) || setrlimit(RLIMIT_NPROC, &processes)) return -1;
  /* A change of the user takes this back. */
  return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The child: enters the root and becomes the program, or writes errno to the pipe. */
static void become(char **argv, int failure) {
  struct rlimit none = { 0, 0 };
  char *emulated[64], port[16];
  int used = 0, error;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setrlimit(RLIMIT_CORE, &none);
  if (chroot(root) || chdir("/") || (unprivileged && become_nobody())) { error = -errno; goto failed; }
  if (qemu == NULL) {
    const char *program = argv[0];
    if (arg0 != NULL) argv[0] = (char *)arg0;
    if (stop_at_entry) ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execve(program, argv, environment);
    error = errno;
  } else {
    snprintf(port, sizeof port, "%d", GDB_PORT);
    emulated[used++] = (char *)qemu;
    if (stop_at_entry) { emulated[used++] = "-g"; emulated[used++] = port; }
    if (arg0 != NULL) { emulated[used++] = "-0"; emulated[used++] = (char *)arg0; }
    while (*argv != NULL && used < 63) emulated[used++] = *argv++;
    emulated[used] = NULL;
    fexecve(qemu_fd, emulated, environment);
    error = -errno;
  }
failed:
  if (write(failure, &error, sizeof error) != sizeof error) _exit(98);
  _exit(97);
}

static void report_end(int status) {
  if (WIFEXITED(status)) report("exited %ld\n", WEXITSTATUS(status));
  else report("signalled %ld\n", WTERMSIG(status));
}

/* AT_ENTRY of an auxiliary vector with words of 4 or 8 bytes; 0 when it is not there. */
static uint64_t word_at(const unsigned char *bytes, int width, int big) {
  uint64_t value = 0;
  for (int i = 0; i < width; i++) value |= (uint64_t)bytes[big ? width - 1 - i : i] << (8 * i);
  return value;
}

static uint64_t entry_with(const unsigned char *auxv, size_t size, int width, int big) {
  uint64_t entry = 0, page = 0;
  for (size_t at = 0; at + 2 * (size_t)width <= size; at += 2 * (size_t)width) {
    uint64_t key = word_at(auxv + at, width, big), value = word_at(auxv + at + width, width, big);
    if (key == AT_NULL) break;
    if (key == AT_ENTRY) entry = value;
    if (key == AT_PAGESZ) page = value;
  }
  return page >= 4096 && page <= 65536 ? entry : 0;
}

static uint64_t entry_of(const unsigned char *auxv, size_t size) {
  for (int big = 0; big < 2; big++)
    for (int width = 8; width >= 4; width -= 4) {
      uint64_t entry = entry_with(auxv, size, width, big);
      if (entry != 0) return entry;
    }
  return 0;
}

static size_t read_auxv(pid_t pid, unsigned char *auxv, size_t size) {
  char path[4200];
  snprintf(path, sizeof path, "%s/proc/%d/auxv", root, pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? -1 : read(fd, auxv, size);
  if (length < 0) broken("reading the auxiliary vector");
  close(fd);
  return (size_t)length;
}

/* A stop by execve: a breakpoint at the entry point of what runs now. */
static uint64_t arm(pid_t pid) {
  unsigned char auxv[4096];
  uint64_t entry = entry_of(auxv, read_auxv(pid, auxv, sizeof auxv));
  errno = 0;
  long word = ptrace(PTRACE_PEEKTEXT, pid, (void *)entry, NULL);
  if (errno != 0) return 0;
  ptrace(PTRACE_POKETEXT, pid, (void *)entry, (void *)((word & ~0xffL) | 0xcc));
  return entry;
}

static void trace(pid_t pid) {
  int status;
  uint64_t entry = 0;
  int signal = 0, first = 1;
  while (waitpid(pid, &status, 0) == pid) {
    if (!WIFSTOPPED(status)) { report_end(status); return; }
    signal = WSTOPSIG(status);
    if (first) {
      ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC));
      entry = arm(pid);
      first = signal = 0;
    } else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
      entry = arm(pid);
      signal = 0;
    } else if (signal == SIGTRAP) {
      struct user_regs_struct registers;
      ptrace(PTRACE_GETREGS, pid, NULL, &registers);
      if (entry != 0 && registers.rip == entry + 1) { report("entry\n", 0); return; }
    }
    ptrace(PTRACE_CONT, pid, NULL, (void *)(long)signal);
  }
}

/* ---- the remote protocol of gdb, as far as it is needed ---- */

static int gdb_connect(pid_t pid) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(GDB_PORT), .sin_addr = { htonl(INADDR_LOOPBACK) } };
  for (;;) {
    int status, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    close(fd);
    if (waitpid(pid, &status, WNOHANG) == pid) { report_end(status); return -1; }
    usleep(2000);
  }
}

static void gdb_send(int fd, const char *text) {
  char packet[256];
  unsigned sum = 0;
  for (const char *c = text; *c; c++) sum += (unsigned char)*c;
  int length = snprintf(packet, sizeof packet, "+$%s#%02x", text, sum & 0xff);
  if (write(fd, packet, (size_t)length) != length) broken("talking to the gdb server");
}

/* One packet with its escapes undone; -1 at the end of the stream. */
static ssize_t gdb_receive(int fd, unsigned char *packet) {
  unsigned char c;
  size_t length = 0;
  do { if (read(fd, &c, 1) != 1) return -1; } while (c != '$');
  while (read(fd, &c, 1) == 1 && length < PACKET - 1) {
    if (c == '#') {
      if (read(fd, &c, 1) != 1 || read(fd, &c, 1) != 1) return -1;
      packet[length] = 0;
      return (ssize_t)length;
    }
    if (c == '}') { if (read(fd, &c, 1) != 1) return -1; c ^= 0x20; }
    packet[length++] = c;
  }
  return -1;
}

static void trace_emulated(pid_t pid) {
  static unsigned char packet[PACKET];
  char command[64];
  int status, fd = gdb_connect(pid);
  if (fd < 0) return;
  gdb_send(fd, "qXfer:auxv:read::0,1000");
  ssize_t length = gdb_receive(fd, packet);
  uint64_t entry = length > 1 ? entry_of(packet + 1, (size_t)length - 1) : 0;
  if (entry == 0) { errno = EPROTO; broken("asking the gdb server for the auxiliary vector"); }
  if (strstr(qemu, "qemu-arm") != NULL) entry &= ~1ULL;
  snprintf(command, sizeof command, "Z0,%llx,4", (unsigned long long)entry);
  gdb_send(fd, command);
  if (gdb_receive(fd, packet) < 0 || strcmp((char *)packet, "OK") != 0) { errno = EPROTO; broken("setting a breakpoint"); }
  for (;;) {
    gdb_send(fd, "c");
    if (gdb_receive(fd, packet) < 0) break;
    long value = strtol((char[]){ (char)packet[1], (char)packet[2], 0 }, NULL, 16);
    if (packet[0] == 'W') { report("exited %ld\n", value); return; }
    if (packet[0] == 'X') { report("signalled %ld\n", value); return; }
    if (packet[0] == 'T' && value == SIGTRAP) { report("entry\n", 0); return; }
    if (packet[0] == 'T' && (value == SIGSEGV || value == SIGILL || value == SIGABRT || value == SIGFPE || value == 10)) {
      report("signalled %ld\n", value == 10 ? SIGBUS : value);
      return;
    }
  }
  if (waitpid(pid, &status, 0) == pid) report_end(status);
}

static int inside(char **argv) {
  int failure[2], error, status;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  lay_root();
  if (qemu != NULL && stop_at_entry) raise_loopback();
  if (pipe2(failure, O_CLOEXEC)) broken("making a pipe");
  pid_t pid = fork();
  if (pid < 0) broken("forking");
  if (pid == 0) become(argv, failure[1]);
  close(failure[1]);
  if (qemu == NULL && stop_at_entry) {
    /* A traced child stops right after execve; the pipe is closed by then. */
    if (read(failure[0], &error, sizeof error) != sizeof error) { trace(pid); return 0; }
  } else if (read(failure[0], &error, sizeof error) != sizeof error) {
    if (stop_at_entry) trace_emulated(pid);
    else if (waitpid(pid, &status, 0) == pid) report_end(status);
    return 0;
  }
  if (error < 0) { errno = -error; broken("entering the root"); }
  report("refused %ld\n", error);
  return 0;
}

static volatile pid_t first_process;

static void out_of_time(int signal) {
  (void)signal;
  static const char line[] = "timeout\n";
  if (first_process > 0 && write(3, line, sizeof line - 1) > 0) kill(first_process, SIGKILL);
  _exit(0);
}

int main(int argc, char **argv) {
  int i = 1;
  for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strcmp(argv[i], "--stop-at-entry") == 0) { stop_at_entry = 1; continue; }
    if (strcmp(argv[i], "--unprivileged") == 0) { unprivileged = 1; continue; }
    if (i + 1 >= argc) return 2;
    const char *name = argv[i++];
    if (strcmp(name, "--scratch") == 0) scratch = argv[i];
    else if (strcmp(name, "--lower") == 0) lower = argv[i];
    else if (strcmp(name, "--seconds") == 0) seconds = atoi(argv[i]);
    else if (strcmp(name, "--qemu") == 0) qemu = argv[i];
    else if (strcmp(name, "--arg0") == 0) arg0 = argv[i];
    else if (strcmp(name, "--env") == 0 && environment_size < MAX_ENV) environment[environment_size++] = argv[i];
    else return 2;
  }
  if (scratch == NULL || lower == NULL || i + 1 >= argc) return 2;
  fcntl(3, F_SETFD, FD_CLOEXEC);
  if (qemu != NULL && (qemu_fd = open(qemu, O_RDONLY | O_CLOEXEC)) < 0) broken("opening the emulator");
  if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)) broken("making namespaces");
  pid_t pid = fork();
  if (pid < 0) broken("forking");
  if (pid == 0) _exit(inside(argv + i + 1));
  first_process = pid;
  signal(SIGALRM, out_of_time);
  alarm((unsigned)seconds);
  waitpid(pid, NULL, 0);
  return 0;
}
