import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../../src/programs/facts/facts.ts';
import { LANGUAGES } from '../../../src/programs/languages/list.ts';
import { readCode } from '../../../src/programs/syntax/read-code.ts';
import { shellWords, vectorWords } from '../../../src/shell/shell-commands.ts';

/** What a snippet starts: names of programs in order of the alphabet, `?` for what can't be told, `~x` for what is looked for. */
function starts(language: string, code: string): string {
  const facts = factsOf(language, code);
  const words = [
    ...facts.scripts.map((text) => shellWords(text)),
    ...facts.vectors.map((vector) => vectorWords(vector)),
  ];
  const isUnknown = facts.startsUnknown || words.some(({ runsUnknown }) => runsUnknown);
  const names = new Set(words.flatMap(({ commands }) => commands));
  return [...[...names].sort(), ...facts.lookups.map((name) => `~${name}`), ...(isUnknown ? ['?'] : [])].join(' ');
}

function factsOf(language: string, code: string): Facts {
  const found = LANGUAGES.find(({ name }) => name === language);
  assert.ok(found, language);
  return readCode(code, found);
}

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: snippets of code */
const CASES: Readonly<Record<string, readonly (readonly [code: string, starts: string])[]>> = {
  Python: [
    ['import subprocess\nsubprocess.run(["tar", "czf", out, "."])', 'tar'],
    ['import subprocess\nsubprocess.run(("tar", "xf", x), check=True)', 'tar'],
    ['import subprocess\nsubprocess.check_output("df -h | sort", shell=True)', 'df sort'],
    ['import subprocess\nsubprocess.check_output("hostname")', 'hostname'],
    ['import subprocess\nsubprocess.Popen(args=["tar"])', 'tar'],
    ['import subprocess as sproc\nsproc.call(["wc", "-l"])', 'wc'],
    ['from subprocess import run, PIPE\nrun(["wc", f])', 'wc'],
    ['from subprocess import (\n  Popen,\n  PIPE,\n)\nPopen(["wc", f])', 'wc'],
    ['from subprocess import check_output as co\nco(["wc", f])', 'wc'],
    ['import os\nos.system("sort " + name + " | head -n 1")', 'head sort'],
    ['import os\nos.system(f"sort {name} | head -n {n}")', 'head sort'],
    ['import os\nos.system("sort %s | head" % name)', 'head sort'],
    ['import os\nos.system("sort {} | head".format(name))', 'head sort'],
    ['import os\nos.system("""\nsort x |\nhead\n""")', 'head sort'],
    ['import os\nwith os.popen("date -u") as f: pass', 'date'],
    ['import os\nos.execvp("redis-server", ["redis-server", "--port", "1"])', 'redis-server'],
    ['import os\nos.spawnlp(os.P_WAIT, "cp", "cp", "a", "b")', 'cp'],
    ['import subprocess, shlex\nsubprocess.run(shlex.split("convert a b"))', 'convert'],
    ['import subprocess\nCMD = ["ffmpeg", "-i"]\nsubprocess.run(CMD + [name])', 'ffmpeg'],
    ['import subprocess\nCONVERT = "convert"\nsubprocess.run([CONVERT, a])', 'convert'],
    ['import subprocess, os\nsubprocess.run([os.environ.get("FFMPEG", "ffmpeg"), a])', 'ffmpeg'],
    ['import subprocess\nsubprocess.run(["bash", "-c", "ls | wc -l"])', 'bash ls wc'],
    ['import subprocess\nsubprocess.run(["sudo", "-u", "x", "id"])', 'id sudo'],
    ['import subprocess\nsubprocess.run(["echo", "x"])', 'echo'],
    ['import subprocess\nsubprocess.run(cmd)', '?'],
    ['import subprocess\ndef f(*a): return subprocess.run([*a])', '?'],
    ['import subprocess\nx = 1', '?'],
    ['import asyncio\nasync def f(): await asyncio.create_subprocess_exec("gzip", "-d", x)', 'gzip'],
    ['import asyncio\nasync def f(): await asyncio.create_subprocess_shell("gzip -d | cat")', 'cat gzip'],
    ['import shutil\nif shutil.which("git"): pass', '~git'],
    ['import pexpect\npexpect.spawn("ssh host")', 'ssh'],
    ['# import subprocess\n# subprocess.run(["tar"])\napp.run("x")', ''],
    ['import os\napp.run("tar czf x")\nos.getcwd()', ''],
    ['"""\nos.system("tar")\n"""\nimport os', ''],
    ["import os\ns = 'it\\'s os.system(\"tar\")'", ''],
  ],
  JavaScript: [
    ["const { execSync } = require('child_process');\nexecSync('tar czf - . | wc -c');", 'tar wc'],
    ['const cp = require("node:child_process"); cp.exec(`sort ${file} | head -n ${n}`, cb)', 'head sort'],
    ['require("child_process").exec("date -u", cb)', 'date'],
    ["import { spawn } from 'node:child_process';\nconst p = spawn('gzip', ['-c', file]);", 'gzip'],
    ["import { execFile as run } from 'child_process';\nrun('sha256sum', [f])", 'sha256sum'],
    ["import * as child from 'child_process'; child.spawnSync('df', ['-h'])", 'df'],
    [
      "const {exec} = require('child_process'); const sh = require('util').promisify(exec);\nawait sh('hostname -f')",
      'hostname',
    ],
    ["const {exec} = require('child_process'); const p = promisify(exec); p('uptime | cut -c1-3')", 'cut uptime'],
    ["require('child_process'); spawn('sh', ['-c', 'find . | xargs echo'])", 'echo find sh xargs'],
    ["require('child_process'); spawn('ls -l | sort', { shell: true })", 'ls sort'],
    ["import { execa } from 'execa'; await execa('convert', ['a', 'b'])", 'convert'],
    ["import { execa } from 'execa'; await execa`unzip ${file}`", 'unzip'],
    ["import { $ } from 'zx'; await $`git log | head -1`", 'git head'],
    ["const shell = require('shelljs'); shell.exec('git status')", 'git'],
    ["require('child_process'); const bin = process.env.CONVERT || 'convert'; spawn(bin, [x])", 'convert'],
    ["require('child_process'); const cmd = process.platform === 'win32' ? 'cmd' : 'tar'; spawn(cmd, [x])", 'tar'],
    ['var a=require("child_process");(0,a.execSync)("df -P /")', 'df'],
    ["var e=require('child_process');e.exec(n)", '?'],
    ["require('child_process'); run(x)", '?'],
    ["const m = /re'x/.exec('tar czf x'); require('fs')", ''],
    ["// require('child_process').exec('tar')\n/* execSync('tar') */ x()", ''],
    ["const s = \"require('child_process').execSync('tar')\"", ''],
    ['which.sync("pandoc", { nothrow: true })', '~pandoc'],
  ],
  Ruby: [
    ['puts `date -u | tr a-z A-Z`', 'date tr'],
    ['puts `sort #{file} | head`', 'head sort'],
    ['x = %x(uname -a)', 'uname'],
    ['x = %x{uname -a}', 'uname'],
    ['system("tar czf x . > /dev/null")', 'tar'],
    ['system "tar", "czf", out', 'tar'],
    ['system({"A" => "b"}, "tar", "x")', 'tar'],
    ['exec("sleep", "1")', 'sleep'],
    ['Kernel.system("df -h")', 'df'],
    ['out, st = Open3.capture2e("wc", "-l", stdin_data: x)', 'wc'],
    ['Open3.popen3("wc -l") { |i, o| }', 'wc'],
    ['IO.popen(["gzip", "-c"], "r+")', 'gzip'],
    ['IO.popen("gzip -c | cat")', 'cat gzip'],
    ['Process.spawn("sleep 1")', 'sleep'],
    ['open("|date")', 'date'],
    ['system(cmd)', '?'],
    ['# system("tar")\nconn.exec("SELECT 1")', ''],
    ['=begin\nsystem("tar")\n=end\nputs 1', ''],
    ['sh "convert a b"', 'convert'],
  ],
  PHP: [
    ['<html>don\'t</html><?php echo shell_exec("df -h | sort"); ?>', 'df sort'],
    ['<?php exec("convert " . escapeshellarg($a) . " b.png", $out);', 'convert'],
    ['<?php system("gzip $file"); passthru(\'date\');', 'date gzip'],
    ['<?php $x = `uname -a`;', 'uname'],
    ['<?php $p = proc_open(["wc", "-l"], $d, $pipes);', 'wc'],
    ['<?php $p = popen("sort -u", "w");', 'sort'],
    ['<?php $process = new Process(["unzip", $x]);', 'unzip'],
    ['<?php $process = Process::fromShellCommandline("unzip x | cat");', 'cat unzip'],
    ['<?php \\exec("date");', 'date'],
    ['<?php exec($cmd);', '?'],
    ['<?php $pdo->exec("DELETE FROM x"); curl_exec($ch); $redis->multi()->exec();', ''],
    ['<?php // exec("tar")\n/* system("tar") */ # system("tar")\n', ''],
  ],
  Perl: [
    ['my $x = `date -u | tr a-z A-Z`;', 'date tr'],
    ['my $x = qx{uname -a};', 'uname'],
    ['my $x = qx/uname -a/;', 'uname'],
    ['system("tar", "czf", $out) == 0 or die;', 'tar'],
    ['system "gzip -9 $file";', 'gzip'],
    ['exec "sleep 1";', 'sleep'],
    ['open(my $fh, "-|", "sort", "-u", $f) or die;', 'sort'],
    ['open(my $fh, "sort -u $f |") or die;', 'sort'],
    ['open my $fh, "|-", "gzip -c" or die;', 'gzip'],
    ['open(F, "| gzip -c > x");', 'gzip'],
    ['my $pid = open3(my $in, my $out, undef, "wc", "-l");', 'wc'],
    ['open(my $fh, "<", "/etc/hosts");', ''],
    ['system($cmd);', '?'],
    ['=pod\n\nsystem("tar")\n\n=cut\n\nprint 1;', ''],
    ['print 1;\n__END__\nsystem("tar");', ''],
  ],
  Lua: [
    ['os.execute("tar czf x .")', 'tar'],
    ['local f = io.popen("df -h | sort")', 'df sort'],
    ["local f = io.popen('sort ' .. name .. ' | head')", 'head sort'],
    ['local f = io.popen[[uname -a]]', 'uname'],
    ['os.execute(cmd)', '?'],
    ['-- os.execute("tar")\n--[[ io.popen("tar") ]] print(1)', ''],
  ],
  R: [
    ['x <- system("df -h", intern = TRUE)', 'df'],
    ['system2("wc", c("-l", f))', 'wc'],
    ['con <- pipe("sort x | head")', 'head sort'],
    ['Sys.which("pandoc")', '~pandoc'],
    ['cmd <- paste("gzip", f)\nsystem(cmd)', 'gzip'],
    ['system(cmd)', '?'],
  ],
  Tcl: [
    ['set x [exec date -u | tr a-z A-Z]', 'date tr'],
    ['exec convert $a $b', 'convert'],
    ['puts [exec echo whale | tr a-z {A-Z}]', 'echo tr'],
    ['exec sh -c {date | sort} < $in 2> /x', 'date sh sort'],
    ['exec "wc" -l &', 'wc'],
    ['set f [open "|sort -u" r]', 'sort'],
    ['exec {*}$cmd', '?'],
    ['# exec date\nputs "x"', ''],
  ],
  awk: [
    ['BEGIN { system("date -u") }', 'date'],
    ['{ "hostname" | getline h; print h | "sort -u" }', 'hostname sort'],
    ['{ if (a || b) print "tar" || "x" }', ''],
  ],
  Java: [
    ['new ProcessBuilder("tar", "czf", out).start();', 'tar'],
    ['new ProcessBuilder(List.of("tar", "czf")).start();', 'tar'],
    ['Runtime.getRuntime().exec("hostname -f");', 'hostname'],
    ['Runtime.getRuntime().exec(new String[] {"sh", "-c", "df | sort"});', 'df sh sort'],
  ],
  Elixir: [
    ['System.cmd("tar", ["czf", x])', 'tar'],
    ['System.shell("df | sort")', 'df sort'],
    [':os.cmd("date -u")', 'date'],
  ],
  'another language': [
    ['(sb-ext:run-program "/usr/bin/env" \'("uname" "-s"))', '?'],
    [':- shell("date | sort").', '?'],
    ['let () = exit (Sys.command "date")', '?'],
    ['(use-modules (ice-9 popen))', '?'],
    ['(define (f x) (* 2 x))', ''],
  ],
};
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: snippets of code */

for (const [language, cases] of Object.entries(CASES)) {
  test(`programs that ${language} code starts`, () => {
    const found = cases.map(([code]) => [code, starts(language, code)]);
    assert.deepEqual(found, cases);
  });
}
