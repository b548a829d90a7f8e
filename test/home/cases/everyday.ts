import type { HomeCase } from '../home-case.ts';

/** What developers put into a Dockerfile every day: web frameworks, databases, version control, documents. */
export const everyday: readonly HomeCase[] = [
  {
    name: 'everyday-flask-gunicorn',
    parent: 'web',
    prepare: ['python3 -m venv --without-pip --system-site-packages /opt/venv'],
    files: {
      '/opt/venv/bin/serve': '#!/bin/sh\n. "$(dirname "$0")/activate"\nexec python3 -m gunicorn "$@"\n',
      '/srv/web/gunicorn.conf.py':
        'import shutil\nbind = "127.0.0.1:8000"\nworkers = 2\nworker_class = "gthread"\ndef on_starting(server):\n    server.log.info(shutil.which("git"))\n',
      '/srv/web/shop/__init__.py': `
import subprocess
from flask import Flask, jsonify, render_template
from babel_free import greeting
def create_app():
    app = Flask(__name__, instance_path="/srv/web/instance")
    app.config.from_pyfile("settings.py")
    @app.route("/")
    def index():
        return render_template("index.html", name=app.config["NAME"], greeting=greeting())
    @app.route("/version")
    def version():
        text = subprocess.check_output(["git", "version"], text=True)
        lines = subprocess.run("git -C /srv/web/shop status 2>&1 | wc -l", shell=True, capture_output=True, text=True)
        return jsonify(git=text.split()[0], lines=int(lines.stdout) > 0)
    return app
`,
      '/srv/web/babel_free.py': 'import gettext\ndef greeting():\n    return gettext.gettext("hello")\n',
      '/srv/web/instance/settings.py': 'NAME = "whale"\n',
      '/srv/web/shop/settings.py': 'NAME = "whale"\n',
      '/srv/web/shop/templates/base.html': '<b>{% block body %}{% endblock %}</b>',
      '/srv/web/shop/templates/index.html':
        '{% extends "base.html" %}{% block body %}{{ greeting }} {{ name|upper }}{% endblock %}',
      '/srv/web/shop/static/site.css': 'b{}',
    },
    config: { workdir: '/srv/web', entrypoint: ['/opt/venv/bin/serve'], cmd: ['shop:create_app()'] },
    service: { fetch: ['8000/', '8000/version', '8000/static/site.css'] },
    prints: '200 <b>hello WHALE</b>\n200 {"git":"git","lines":true}\n\n200 b{}\n',
  },
  {
    name: 'everyday-django',
    parent: 'web',
    files: {
      '/home/app/manage.py': `#!/usr/bin/env python3
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
      '/home/app/project/__init__.py': '',
      '/home/app/project/settings.py': `
SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "project.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.staticfiles", "shop"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/tmp/db.sqlite3"}}
USE_TZ = True
TIME_ZONE = "Europe/Vienna"
LANGUAGE_CODE = "de"
STATIC_URL = "/static/"
STATIC_ROOT = "/tmp/static"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
`,
      '/home/app/project/urls.py': `
from django.urls import path
from shop import views
urlpatterns = [path("", views.index)]
`,
      '/home/app/shop/__init__.py': '',
      '/home/app/shop/models.py': `
from django.db import models
class Whale(models.Model):
    name = models.CharField(max_length=20)
`,
      '/home/app/shop/migrations/__init__.py': '',
      '/home/app/shop/migrations/0001_initial.py': `
from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel(name="Whale", fields=[("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=20))])]
`,
      '/home/app/shop/views.py': `
import datetime
from django.shortcuts import render
from django.utils import timezone
from .models import Whale
def index(request):
    Whale.objects.create(name="Moby")
    day = timezone.localtime(datetime.datetime(2024, 7, 1, tzinfo=datetime.timezone.utc))
    return render(request, "shop/index.html", {"whales": Whale.objects.count(), "day": day})
`,
      '/home/app/shop/templates/shop/index.html':
        '{% load humanize_free %}{{ whales }} {{ day|date:"l H" }} {{ "x"|shout }}',
      '/home/app/shop/templatetags/__init__.py': '',
      '/home/app/shop/templatetags/humanize_free.py':
        'from django import template\nregister = template.Library()\n@register.filter\ndef shout(x):\n    return x.upper()\n',
      '/home/app/shop/static/shop/a.css': 'a{}',
      '/home/app/docker-entrypoint.sh': `#!/bin/bash
set -euo pipefail
python3 manage.py migrate --noinput | tail -n 1 >&2
python3 manage.py collectstatic --noinput | grep -o '[0-9]* static' >&2
[[ -f $(find /tmp/static -name a.css | head -n1) ]] || exit 3
exec "$@"
`,
    },
    config: {
      workdir: '/home/app',
      entrypoint: ['./docker-entrypoint.sh'],
      cmd: ['python3', 'manage.py', 'runserver', '--noreload', '127.0.0.1:8000'],
    },
    service: { fetch: ['8000/'] },
    prints: '200 1 Montag 02 X\n',
  },
  {
    name: 'everyday-express',
    parent: 'node',
    modules: ['express@4.19.2', 'ejs@3.1.10', 'dotenv@16.4.5'],
    files: {
      '/srv/package.json': '{"name":"shop","main":"src/server.js","scripts":{"start":"node src/server.js"}}',
      '/srv/.env': 'NAME=whale\nPORT=8080\n',
      '/srv/src/server.js': `
require('dotenv').config();
const express = require('express');
const { execFile } = require('node:child_process');
const { promisify } = require('node:util');
const app = express();
app.set('views', __dirname + '/../views').set('view engine', 'ejs');
app.use('/static', express.static('public'));
app.get('/', (request, response) => response.render('index', { name: process.env.NAME, when: new Date(0) }));
app.get('/sum', async (request, response) => {
  const { stdout } = await promisify(execFile)('openssl', ['dgst', '-md5', '-r', 'public/a.txt']);
  response.send(stdout.slice(0, 6));
});
app.listen(process.env.PORT);
`,
      '/srv/views/index.ejs':
        "<%= name %> <%= when.toLocaleString('de-DE', { timeZone: 'Asia/Kolkata', month: 'long', hour: 'numeric' }) %>",
      '/srv/public/a.txt': 'text\n',
    },
    config: { workdir: '/srv', cmd: ['node', '.'] },
    service: { fetch: ['8080/', '8080/sum', '8080/static/a.txt'] },
    prints: /^200 whale Januar um 05 Uhr\n200 e1cbb0\n200 text\n\n$/,
  },
  {
    name: 'everyday-java-start-script',
    parent: 'java',
    build: {
      stage: 'toolchain',
      sources: {
        '/src/app/Main.java': `package app;
import com.sun.net.httpserver.HttpServer;
import java.io.*;
import java.net.InetSocketAddress;
import java.time.*;
import java.util.*;
import java.util.logging.*;
public class Main {
  public static void main(String[] a) throws Exception {
    LogManager.getLogManager().readConfiguration(Main.class.getResourceAsStream("/logging.properties"));
    Properties p = new Properties();
    try (InputStream in = new FileInputStream(System.getProperty("app.home") + "/conf/app.properties")) { p.load(in); }
    String greeting = ServiceLoader.load(Greeter.class).iterator().next().greet(p.getProperty("name"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0);
    server.createContext("/", exchange -> {
      String day = ZonedDateTime.of(2024, 7, 1, 0, 0, 0, 0, ZoneId.of("UTC")).withZoneSameInstant(ZoneId.systemDefault()).toLocalTime().toString();
      String text = greeting + " " + day + " " + Locale.getDefault() + " " + ResourceBundle.getBundle("words").getString("krill");
      byte[] bytes = text.getBytes("UTF-8");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
  }
}`,
        '/src/app/Greeter.java': 'package app;\npublic interface Greeter { String greet(String name); }\n',
        '/src/app/Polite.java':
          'package app;\npublic class Polite implements Greeter { public String greet(String name) { return "dear " + name; } }\n',
        '/src/logging.properties': 'handlers=java.util.logging.ConsoleHandler\n.level=INFO\n',
        '/src/words_de.properties': 'krill=Krill\n',
        '/src/words.properties': 'krill=krill\n',
        '/src/META-INF/services/app.Greeter': 'app.Polite\n',
      },
      script: `export PATH=/usr/lib/jvm/default-java/bin:$PATH; cd /src; javac app/*.java
        mkdir -p /out/opt/app/lib /out/opt/app/bin /out/opt/app/conf
        jar cf /out/opt/app/lib/core.jar app/Greeter.class app/Polite.class META-INF/services
        jar cf /out/opt/app/lib/main.jar app/Main.class *.properties`,
    },
    files: {
      '/opt/app/conf/app.properties': 'name=whale\n',
      '/opt/app/bin/start': `#!/bin/sh
app_path=$0
while [ -h "$app_path" ]; do app_path=$(readlink -f "$app_path"); done
APP_HOME=$(cd "$(dirname "$app_path")/.." && pwd -P) || exit
max=$(ulimit -n); [ "$(uname)" = Linux ] && MAX_FD=$max
CLASSPATH=$(echo "$APP_HOME"/lib/*.jar | tr ' ' ':')
JAVACMD=\${JAVA_HOME:+$JAVA_HOME/bin/}java
set -- -Dapp.home="$APP_HOME" -cp "$CLASSPATH" $JAVA_OPTS app.Main "$@"
exec "$JAVACMD" "$@"
`,
      '/usr/local/bin/app': { link: '/opt/app/bin/start' },
    },
    config: { env: { TZ: 'Europe/Vienna', JAVA_OPTS: '-Xmx64m -Duser.language=de -Duser.region=AT' }, cmd: ['app'] },
    service: { fetch: ['8080/'] },
    prints: '200 dear whale 02:00 de_AT Krill\n',
  },
  {
    name: 'everyday-cron-reboot',
    parent: 'web',
    // cron(8) passes over a file that is as old as the epoch.
    prepare: ['touch /etc/crontab'],
    files: {
      '/etc/crontab':
        'SHELL=/bin/bash\nPATH=/opt/jobs/bin:/usr/bin:/bin\n@reboot root job | logger-like >> /proc/1/fd/1 2>&1\n',
      '/opt/jobs/bin/job':
        '#!/usr/bin/env perl\nuse strict; use Time::Piece; print gmtime(0)->ymd, " ", `nproc --all | wc -l`;\n',
      '/opt/jobs/bin/logger-like':
        '#!/bin/bash\nwhile read -r line; do printf "[%s] %s\\n" "$(basename "$0")" "$line"; done\n',
    },
    config: { entrypoint: ['cron'], cmd: ['-f', '-L', '2'] },
    service: { log: /\[logger-like\] 1970-01-01 1/ },
    prints: '[logger-like] 1970-01-01 1',
  },
  {
    name: 'everyday-c-helpers',
    parent: 'web',
    build: {
      stage: 'compiler',
      sources: {
        '/h.c': `#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <locale.h>
#include <unistd.h>
extern char **environ;
struct helper { const char *name; char *const *argv; };
static char *const rotate[] = {"rev", "/srv/in", NULL};
static char *const shorten[] = {"tail", "-n", "1", "/srv/in", NULL};
static const struct helper helpers[] = {{"rotate", rotate}, {"shorten", shorten}};
int main(void) {
  char line[200], *value;
  for (int i = 0; i < 2; i++) {
    pid_t pid;
    if (posix_spawnp(&pid, helpers[i].argv[0], NULL, NULL, helpers[i].argv, environ)) { perror(helpers[i].name); return 2; }
    int status; waitpid(pid, &status, 0);
    if (status) return 3;
  }
  FILE *f = fopen("/etc/whale/helpers.conf", "r");
  while (f && fgets(line, sizeof line, f)) {
    line[strcspn(line, "\\n")] = 0;
    if (!(value = strchr(line, '=')) || line[0] == '#') continue;
    fflush(stdout);
    if (fork() == 0) { char *argv[] = {value + 1, "/srv/in", NULL}; execv(value + 1, argv); _exit(9); }
    int status; wait(&status);
    if (status) return 4;
  }
  setenv("TZ", "Asia/Tokyo", 1); tzset();
  time_t zero = 0; struct tm *tm = localtime(&zero);
  printf("%d %s\\n", tm->tm_hour, setlocale(LC_ALL, "C.UTF-8") ? "utf8" : "none");
  return 0;
}`,
      },
      script: 'mkdir -p /out/usr/local/sbin; gcc -O2 /h.c -o /out/usr/local/sbin/whaled',
    },
    files: {
      '/srv/in': 'one\ntwo\n',
      '/etc/whale/helpers.conf': '# programs\nfilter=/usr/bin/tac\nsum=/usr/bin/sum\n',
    },
    config: { cmd: ['whaled'] },
    prints: /^eno\nowt\ntwo\ntwo\none\n\d+ +1 \S*\n9 utf8\n$/,
  },
  {
    name: 'everyday-apache-cgi',
    parent: 'web',
    prepare: ['a2enmod -q cgid rewrite headers; a2dissite -q 000-default; a2ensite -q own'],
    files: {
      '/etc/apache2/sites-available/own.conf': `Listen 127.0.0.1:8080
<VirtualHost *:8080>
  DocumentRoot /var/www/own
  ScriptAlias /cgi/ /var/www/own-cgi/
  RewriteEngine On
  RewriteRule ^/old$ /new.txt [L]
  Header set X-Whale yes
</VirtualHost>
`,
      '/var/www/own/new.txt': 'new\n',
      '/var/www/own-cgi/a.pl': `#!/usr/bin/perl -T
use strict; use warnings;
use CGI; use CGI::Carp qw(fatalsToBrowser); use Encode qw(decode);
$ENV{PATH} = '/usr/bin';
my $q = CGI->new;
print $q->header('text/plain'), $q->param('n') * 2, ' ', length(decode('iso-8859-15', "\\xa4")), ' ', \`uname -s\`;
`,
    },
    config: { cmd: ['apache2ctl', '-D', 'FOREGROUND'] },
    service: { fetch: ['8080/old', '8080/cgi/a.pl?n=21'] },
    prints: '200 new\n\n200 42 1 Linux\n\n',
  },
  {
    name: 'everyday-postgres',
    parent: 'web',
    files: {
      '/docker/entry.sh': `#!/usr/bin/env bash
set -Eeuo pipefail
export PGDATA=/tmp/data PATH=/usr/lib/postgresql/15/bin:$PATH
if [ "$(id -u)" = 0 ]; then exec runuser -u postgres -- "$BASH_SOURCE" "$@"; fi
initdb --auth=trust --locale=C.UTF-8 --encoding=UTF8 > /dev/null
pg_ctl -w -s -o "-c listen_addresses='' -k /tmp" start > /dev/null
for f in /docker/init.d/*; do
  case $f in
    *.sh) . "$f" ;;
    *.sql.gz) gunzip -c "$f" | psql -qh /tmp ;;
    *.sql) psql -qh /tmp -f "$f" ;;
  esac
done
psql -h /tmp -Atc "$1"
pg_dump -h /tmp --schema-only | grep -c 'CREATE TABLE'
pg_ctl -s -m fast stop
`,
      '/docker/init.d/1.sql': `create extension pg_trgm; create extension "uuid-ossp"; create table whale (name text, at timestamptz);
insert into whale values ('moby', '2024-07-01 00:00+00');
create function f() returns int language plpgsql as $$ begin return 42; end $$;
`,
      '/docker/init.d/2.sh':
        'psql -qh /tmp -c "set timezone = \'Asia/Kolkata\'" -c "select 1" | sed -n 1p > /dev/null\n',
    },
    config: {
      entrypoint: ['/docker/entry.sh'],
      cmd: [
        "set timezone = 'Asia/Kolkata'; select name, at::time, f(), similarity('a', 'ab') > 0, uuid_nil() is null, name ~* 'M' from whale",
      ],
    },
    prints: 'SET\nmoby|05:30:00|42|t|f|t\n1\n',
  },
  {
    name: 'everyday-git-push-deploy',
    parent: 'web',
    prepare: [
      `git init -q --bare /srv/git/site.git
       printf '#!/bin/sh\\nread old new ref\\nGIT_WORK_TREE=/tmp/www git checkout -f -q "\${ref#refs/heads/}"\\nmake -s -C /tmp/www 2>&1 | head -n 3\\n' > /srv/git/site.git/hooks/post-receive
       chmod +x /srv/git/site.git/hooks/post-receive`,
    ],
    files: {
      '/etc/gitconfig':
        '[user]\n\tname = w\n\temail = w@x.example\n[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n[filter "upper"]\n\tclean = tr a-z A-Z\n\tsmudge = cat\n',
      '/srv/run.sh': `#!/bin/bash -e
mkdir -p /tmp/www && cd "$(mktemp -d)"
git init -q; echo '*.up filter=upper' > .gitattributes; echo whale > a.up
printf 'all:\\n\\t@cat a.up\\n' > Makefile
git add .; git commit -qm one; git push -q /srv/git/site.git main 2>&1 | sed 's/ *$//'
git submodule status; git log -1 --date=iso --format=%s
git archive --format=tar.gz HEAD | tar tz | wc -l
git log --oneline | wc -l
`,
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: /^remote: WHALE\none\n3\n1\n$/,
  },
  {
    name: 'everyday-rsync-ssh',
    parent: 'web',
    prepare: [
      'mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id; cp /root/.ssh/id.pub /root/.ssh/authorized_keys',
    ],
    files: {
      '/root/.ssh/config': {
        text: 'Host box\n  HostName 127.0.0.1\n  Port 2222\n  IdentityFile ~/.ssh/id\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n  ProxyCommand nc-like %h %p\n',
        mode: 0o600,
      },
      '/usr/local/bin/nc-like':
        '#!/usr/bin/perl\nuse IO::Socket::INET; use IO::Select;\nmy $s = IO::Socket::INET->new(PeerAddr => "$ARGV[0]:$ARGV[1]") or die;\nmy $all = IO::Select->new($s, \\*STDIN);\nwhile (1) { for my $from ($all->can_read) { my $n = sysread $from, my $b, 65536; exit unless $n; syswrite $from == $s ? \\*STDOUT : $s, $b } }\n',
      '/srv/run.sh': `#!/bin/sh
set -e
ssh-keygen -A > /dev/null
/usr/sbin/sshd -p 2222
rsync -az --delete --exclude '*.o' /srv/data/ box:/tmp/copy/
ssh box 'cd /tmp/copy && echo *'
scp -q box:/tmp/copy/a.txt /tmp/b.txt && cat /tmp/b.txt
echo 'ls /tmp/copy' | sftp -q -b - box | tail -n 1 | tr -s ' '
`,
      '/srv/data/a.txt': 'a\n',
      '/srv/data/b.o': 'b\n',
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: /^a\.txt\na\n\/tmp\/copy\/a\.txt ?\n$/,
  },
  {
    name: 'everyday-documents',
    parent: 'web',
    files: {
      '/opt/convert/convert.py': `
import logging, os, subprocess, sys, tempfile
from pathlib import Path
COMMANDS = {
    ".svg": ["rsvg-convert", "-f", "pdf", "-o"],
    ".ps": "ps2pdf {source} {target}",
}
def run(source: Path, target: Path) -> None:
    command = COMMANDS[source.suffix]
    if isinstance(command, str):
        subprocess.run(command.format(source=source, target=target), shell=True, check=True)
    else:
        subprocess.run([*command, str(target), str(source)], check=True)
with tempfile.TemporaryDirectory() as folder:
    for source in sorted(Path("/opt/convert/in").iterdir()):
        target = Path(folder) / (source.stem + ".pdf")
        run(source, target)
        print(source.name, target.read_bytes()[:5].decode())
    subprocess.check_call(["convert", "-size", "60x20", "xc:white", "-font", "DejaVu-Sans", "-annotate", "+2+15", "x", folder + "/a.jpg"])
    subprocess.check_call(["convert", folder + "/a.jpg", folder + "/b.png"])
    print(subprocess.getoutput(f"identify -format '%m %w' {folder}/b.png"))
`,
      '/opt/convert/in/a.svg':
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15">whale</text></svg>',
      '/opt/convert/in/b.ps': '%!PS\n/Helvetica findfont 20 scalefont setfont 72 72 moveto (Whale) show showpage\n',
    },
    config: { cmd: ['python3', '/opt/convert/convert.py'] },
    prints: 'a.svg %PDF-\nb.ps %PDF-\nPNG 60\n',
  },
  {
    name: 'everyday-zones-in-data',
    parent: 'web',
    files: {
      '/srv/zones': 'Asia/Kolkata\nAmerica/New_York\n',
      '/srv/run.sh':
        "#!/bin/sh\nwhile read -r zone; do TZ=$zone date -d @0 +%H:%M; done < /srv/zones\nLC_ALL=de_DE.UTF-8 date -u -d @0 +%A\nprintf \"select datetime(0, 'unixepoch');\\n\" | sqlite3 -csv | tr -d '\"'\n",
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: '05:30\n19:00\nDonnerstag\n1970-01-01 00:00:00\n',
  },
];
