// bare count|list ROUNDS: the same reading of /proc with nothing around it. Prints as JSON the descriptors that it met
// and, of each round, made after a second of rest, the seconds on the clock and of CPU.
//
//   count   one stat of every /proc/PID/fd: its size is the number of descriptors since Linux 6.2
//   list    getdents of every /proc/PID/fd and readlink of every name in it
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static long count(int proc, const char *folder) {
  struct stat found;
  return fstatat(proc, folder, &found, 0) == 0 ? (long)found.st_size : 0;
}

static long list(int proc, const char *folder) {
  int descriptor = openat(proc, folder, O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return 0;
  DIR *names = fdopendir(descriptor);
  char target[4096];
  long met = 0;
  for (struct dirent *name; (name = readdir(names)) != NULL;) {
    if (name->d_name[0] == '.') continue;
    if (readlinkat(descriptor, name->d_name, target, sizeof target) >= 0) met++;
  }
  closedir(names);
  return met;
}

static long round_of(long (*look)(int, const char *)) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) exit(1);
  long met = 0;
  char folder[300];
  for (struct dirent *process; (process = readdir(processes)) != NULL;) {
    if (process->d_name[0] < '1' || process->d_name[0] > '9') continue;
    snprintf(folder, sizeof folder, "%s/fd", process->d_name);
    met += look(dirfd(processes), folder);
  }
  closedir(processes);
  return met;
}

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int arguments, char **argument) {
  if (arguments != 3) return 2;
  long (*look)(int, const char *) = strcmp(argument[1], "count") == 0 ? count : list;
  printf("{\"met\":%ld,\"costs\":[", round_of(look));
  for (int left = atoi(argument[2]), round = 0; round < left; round++) {
    sleep(1);
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    round_of(look);
    wall = seconds(CLOCK_MONOTONIC) - wall;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("%s[%.9f,%.9f]", round == 0 ? "" : ",", wall, cpu);
  }
  printf("]}\n");
  return 0;
}
