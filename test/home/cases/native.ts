import type { HomeCase } from '../home-case.ts';

/** Programs in C, C++ and Rust. */
export const native: readonly HomeCase[] = [
  {
    name: 'native-system',
    parent: 'plain',
    build: {
      stage: 'compiler',
      sources: { '/s.c': '#include <stdlib.h>\nint main(void) { return system("echo sys | tr a-z A-Z"); }\n' },
      script: 'mkdir -p /out/srv; gcc /s.c -o /out/srv/app',
    },
    config: { cmd: ['/srv/app'] },
    prints: 'SYS\n',
    ways: ['parent', 'configured', 'image'],
    representative: true,
  },
  {
    name: 'native-iconv',
    parent: 'plain',
    build: {
      stage: 'compiler',
      sources: {
        '/i.c': `#include <iconv.h>
#include <stdio.h>
int main(void) {
  const char *sets[] = {"KOI8-R", "SHIFT_JIS", "ISO-2022-JP", "BIG5"};
  for (int i = 0; i < 4; i++) {
    iconv_t c = iconv_open("UTF-8", sets[i]);
    printf("%s %s\\n", sets[i], c == (iconv_t)-1 ? "missing" : "there");
  }
  return 0;
}`,
      },
      script: 'mkdir -p /out/srv; gcc /i.c -o /out/srv/app',
    },
    config: { cmd: ['/srv/app'] },
    prints: 'KOI8-R there\nSHIFT_JIS there\nISO-2022-JP there\nBIG5 there\n',
    ways: ['parent', 'configured', 'image'],
    representative: true,
  },
  {
    name: 'native-popen-exec',
    parent: 'plain',
    build: {
      stage: 'toolchain',
      sources: {
        '/p.cc': `#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <unistd.h>
int main(int argc, char **argv) {
  std::string tool = argc > 1 ? argv[1] : "sha1sum";
  FILE *p = popen(("printf whale | " + tool + " | cut -c1-4").c_str(), "r");
  char line[80] = "";
  if (!fgets(line, sizeof line, p)) return 3;
  std::cout << line << std::flush;
  pclose(p);
  execlp("gzip", "gzip", "-c", "/srv/none", (char *)0);
  return 4;
}`,
      },
      script: 'mkdir -p /out/srv; g++ -O2 /p.cc -o /out/srv/app',
    },
    prepare: [
      'apt-get update -qq && apt-get install -y -qq --no-install-recommends libstdc++6 > /dev/null; rm -rf /var/lib/apt/lists/*',
    ],
    config: { cmd: ['/srv/app'] },
    prints: /^[0-9a-f]{4}\n$/,
    exitCode: 1,
    ways: ['parent', 'configured', 'image'],
  },
  {
    name: 'native-static-absolute-paths',
    parent: 'plain',
    build: {
      stage: 'compiler',
      sources: {
        '/a.c': `#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
int main(void) {
  char line[99];
  FILE *f = fopen("/usr/share/common-licenses/BSD", "r");
  if (!f || !fgets(line, sizeof line, f)) { puts("no licence"); return 2; }
  fputs(line, stdout); fflush(stdout);
  if (fork() == 0) { execl("/bin/gzip", "gzip", "-V", (char *)0); _exit(9); }
  int status; wait(&status);
  return WEXITSTATUS(status);
}`,
      },
      script: 'mkdir -p /out/usr/local/bin; gcc -static /a.c -o /out/usr/local/bin/app',
    },
    config: { cmd: ['app'] },
    prints: /^Copyright .*\ngzip 1\./,
    ways: ['parent', 'configured', 'image'],
    representative: true,
  },
  {
    name: 'native-rust-command',
    parent: 'plain',
    build: {
      stage: 'toolchain',
      sources: {
        '/m.rs': `use std::process::Command;
fn main() {
    let out = Command::new("sort").arg("-r").arg("/etc/shells").output().expect("sort");
    println!("{}", out.status.success());
    let wc = Command::new("sh").args(["-c", "find /srv -type f | wc -l"]).output().expect("sh");
    println!("{}", String::from_utf8_lossy(&wc.stdout).trim());
}`,
      },
      script: 'mkdir -p /out/srv/bin; rustc -O /m.rs -o /out/srv/bin/app',
    },
    config: { workdir: '/srv', cmd: ['bin/app'] },
    prints: 'true\n1\n',
    ways: ['parent', 'configured', 'image'],
  },
  {
    name: 'native-dlopen-plugins',
    parent: 'plain',
    build: {
      stage: 'compiler',
      sources: {
        '/d.c': `#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  char line[200], path[240];
  FILE *f = fopen(getenv("APP_CONF"), "r");
  if (!f) { puts("no config"); return 2; }
  while (fgets(line, sizeof line, f)) {
    line[strcspn(line, "\\n")] = 0;
    if (strncmp(line, "MODULE_PATH = ", 14)) continue;
    snprintf(path, sizeof path, "%s", line + 14);
    void *h = dlopen(path, RTLD_NOW);
    puts(h ? "loaded" : dlerror());
  }
  void *z = dlopen("libz.so.1", RTLD_LAZY);
  puts(z ? "zlib" : dlerror());
  return 0;
}`,
      },
      script: 'mkdir -p /out/opt/app/bin; gcc /d.c -o /out/opt/app/bin/app',
    },
    files: { '/opt/app/etc/app.conf': '# modules\nMODULE_PATH = /usr/lib/x86_64-linux-gnu/liblz4.so.1\n' },
    config: { env: { APP_CONF: '/opt/app/etc/app.conf' }, cmd: ['/opt/app/bin/app'] },
    prints: 'loaded\nzlib\n',
    ways: ['parent', 'configured', 'image'],
    representative: true,
  },
  {
    name: 'native-library-path',
    parent: 'plain',
    build: {
      stage: 'compiler',
      sources: {
        '/l.c': 'int whale(void) { return 7; }\n',
        '/m.c':
          'int whale(void);\nint printf(const char *, ...);\nint main(void) { printf("%d\\n", whale()); return 0; }\n',
      },
      script: `mkdir -p /out/opt/vendor/lib /out/srv
        gcc -shared -fPIC /l.c -o /out/opt/vendor/lib/libwhale.so.2; gcc /m.c /out/opt/vendor/lib/libwhale.so.2 -o /tmp/app
        cd /out/srv; gcc /m.c -L/out/opt/vendor/lib -l:libwhale.so.2 -o app`,
    },
    config: { env: { LD_LIBRARY_PATH: '/opt/vendor/lib' }, cmd: ['/srv/app'] },
    prints: '7\n',
    ways: ['parent', 'configured', 'image'],
  },
];
