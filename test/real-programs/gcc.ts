import type { Program } from './program.ts';

const HELLO = `
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void *swim(void *name) { printf("%s %zu\\n", (char *) name, strlen(name)); return NULL; }

int main(int count, char **arguments) {
  pthread_t thread;
  pthread_create(&thread, NULL, swim, "whale");
  pthread_join(thread, NULL);
  printf("%.6f %s\\n", sqrt(count + 1.0), arguments[count - 1]);
#pragma omp parallel for reduction(+: count)
  for (int n = 0; n < 2; n++) count += n;
  return count;
}
`;

const BUILD = `#!/bin/sh
cd /tmp
gcc -Wall -O2 -o hello /app/hello.c -lm -pthread && ./hello krill
echo "exit code $?"
gcc -static -o still /app/hello.c -lm && ./still krill
echo "exit code $?"
gcc -g -fPIC -shared -flto -o libhello.so /app/hello.c && gcc -fopenmp -fsanitize=undefined -o checked /app/hello.c -lm && ./checked
echo "exit code $?"
gcc -c -o hello.o /app/hello.c && ar rcs libhello.a hello.o && gcc -o linked libhello.a -lm && ./linked && nm -u hello.o
echo 'int main(void) { return missing(); }' | gcc -x c - -o broken 2> messages
echo "exit code $? $(grep -c undefined messages)"
`;

/** A driver that starts other programs by compiled-in paths, with headers, libraries and start files. */
export const gcc: Program = {
  name: 'gcc',
  packages: ['gcc', 'libc6-dev'],
  files: { '/app/hello.c': HELLO, '/app/build.sh': BUILD },
  prepare: 'chmod +x /app/build.sh',
  run: [
    { command: ['/app/build.sh'] },
    { command: ['/app/build.sh'], user: 'nobody', env: { LANG: 'C.UTF-8' } },
    { command: ['gcc', '-E', '-P', '-'], stdin: '#include <stddef.h>\n#define WHALE 42\nWHALE\n' },
    { command: ['gcc', '-print-search-dirs'] },
    { command: ['gcc', '/app/none.c'], exitCode: 1 },
  ],
};
