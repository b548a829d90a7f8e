import type { HomeCase } from '../home-case.ts';

/** Runtimes that start from files of their own: boot files, cores, class libraries. */
export const logic: readonly HomeCase[] = [
  {
    name: 'guile-modules',
    parent: 'logic',
    files: {
      '/srv/a.scm': `(use-modules (ice-9 popen) (ice-9 rdelim) (srfi srfi-1))
(display (fold + 0 '(1 2 3))) (newline)
(let ((port (open-input-pipe "echo whale | rev | rev"))) (display (read-line port)) (newline))
(system* "wc" "-c" "/etc/hostname.none") (display (getenv "HOME")) (newline)
`,
    },
    config: { cmd: ['guile', '--no-auto-compile', '/srv/a.scm'] },
    prints: '6\nwhale\n/root\n',
  },
  {
    name: 'prolog-boot',
    parent: 'logic',
    files: {
      '/srv/a.pl': `:- use_module(library(lists)).
:- use_module(library(process)).
:- initialization(main, main).
main :- sum_list([1,2,3], S), format("~w~n", [S]), shell('echo whale | tr a-z A-Z'),
  process_create(path(basename), ['/x/orca'], [stdout(pipe(O))]), read_string(O, _, T), write(T).
`,
    },
    config: { cmd: ['swipl', '/srv/a.pl'] },
    prints: '6\nWHALE\norca\n',
  },
  {
    name: 'sbcl-core',
    parent: 'logic',
    files: {
      '/srv/a.lisp': `(require :asdf)
(format t "~a~%" (reduce #'+ '(1 2 3)))
(format t "~a" (uiop:run-program "echo whale | sha1sum | cut -c1-6" :output :string))
(sb-ext:run-program "/usr/bin/env" '("uname" "-s") :output *standard-output*)
`,
    },
    config: { cmd: ['sbcl', '--script', '/srv/a.lisp'] },
    prints: /^6\nfc9743\nLinux\n/,
  },
  {
    name: 'mono-corlib',
    parent: 'logic',
    build: {
      stage: 'toolchain',
      sources: {
        '/m.cs': `using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
class M {
  [DllImport("libz.so.1")] static extern IntPtr zlibVersion();
  static void Main() {
    Console.WriteLine(Enumerable.Range(1, 3).Sum());
    var p = Process.Start(new ProcessStartInfo("sh", "-c \\"echo whale | tac\\"") { RedirectStandardOutput = true, UseShellExecute = false });
    Console.Write(p.StandardOutput.ReadToEnd());
    Console.WriteLine(Marshal.PtrToStringAnsi(zlibVersion())[0]);
  }
}`,
      },
      script: 'mkdir -p /out/opt/m; cd /; mcs -r:System.Core.dll -out:/out/opt/m/m.exe m.cs',
    },
    config: { cmd: ['mono', '/opt/m/m.exe'] },
    prints: '6\nwhale\n1\n',
  },
  {
    name: 'ocaml-script',
    parent: 'logic',
    files: {
      '/srv/a.ml': `#load "unix.cma";;
let () = print_endline (string_of_int (List.fold_left (+) 0 [1; 2; 3]))
let () = flush stdout; exit (Sys.command "echo whale | od -An -c | tr -d ' ' | head -c 5; echo")
`,
    },
    config: { cmd: ['ocaml', '/srv/a.ml'] },
    prints: '6\nwhale\n',
  },
  {
    name: 'r-system',
    parent: 'statistics',
    files: {
      '/srv/a.R': `x <- system("echo whale | wc -c", intern = TRUE); cat(trimws(x), "\\n")
cat(system2("sort", "-r", input = c("a", "b"), stdout = TRUE), "\\n")
cat(round(coef(lm(dist ~ speed, cars)), 1), iconv("a", "latin1", "UTF-16LE", toRaw = TRUE)[[1]] |> as.integer(), "\\n")
pdf("/tmp/a.pdf"); plot(1:3); invisible(dev.off()); cat(file.exists("/tmp/a.pdf"), format(as.POSIXct(0, origin = "1970-01-01", tz = "America/New_York")), "\\n")
`,
    },
    config: { cmd: ['Rscript', '/srv/a.R'] },
    prints: '6 \nb a \n-17.6 3.9 97 0 \nTRUE 1969-12-31 19:00:00 \n',
  },
];
