import type { HomeCase } from '../home-case.ts';

/** Python: what the standard library starts and loads by itself, virtual environments, foreign functions. */
export const python: readonly HomeCase[] = [
  {
    name: 'python-find-library',
    ways: ['installed'],
    parent: 'python',
    config: { cmd: ['python3', '-c', 'import ctypes.util as u; print(u.find_library("c"), u.find_library("magic"))'] },
    prints: 'libc.so.6 libmagic.so.1\n',
  },
  {
    name: 'python-subprocess',
    parent: 'python',
    files: {
      '/app/main.py': `
import subprocess
subprocess.run(["tar", "czf", "/tmp/x", "-C", "/app", "main.py", "data.txt"], check=True)
print(subprocess.check_output("tar tzf /tmp/x | sort", shell=True, text=True), end="")
`,
      '/app/data.txt': 'krill\n',
    },
    config: { cmd: ['python3', '/app/main.py'] },
    prints: 'data.txt\nmain.py\n',
  },
  {
    name: 'python-which-popen',
    parent: 'python',
    files: {
      '/opt/tool/run.py': `
import os, shutil, subprocess, sys
sha = shutil.which("sha256sum")
print(bool(sha), os.popen("echo popen | rev 2>/dev/null || echo popen | tac").read().strip())
for tool in ("sort", "uniq"):
    path = shutil.which(tool)
    print(tool, path is not None and subprocess.run([path], input=b"b\\na\\na\\n", stdout=subprocess.PIPE).stdout)
child = subprocess.Popen("ps -o pid= -p $$ | wc -l", shell=True, stdout=subprocess.PIPE)
print(child.communicate()[0].strip())
sys.exit(os.system("test -d /opt/tool && nice -n 5 true"))
`,
    },
    config: { workdir: '/opt/tool', cmd: ['python3', 'run.py'] },
    prints:
      /^True nepop\nsort b'a\\na\\nb\\n'\nuniq b'b\\na\\n'\nb'1'\n$|^True popen\nsort b'a\\na\\nb\\n'\nuniq b'b\\na\\n'\nb'1'\n$/,
  },
  {
    name: 'python-venv-flask',
    parent: 'python',
    prepare: [
      `python3 -m venv --without-pip /home/app/venv
       site=/home/app/venv/lib/python3.11/site-packages; mkdir -p $site/miniflask $site/miniflask-1.0.dist-info
       cat > $site/miniflask/__init__.py <<'X'
import importlib.metadata, subprocess, zoneinfo, datetime
from wsgiref.simple_server import make_server
def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    year = datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).isoformat()
    lines = subprocess.run(["wc", "-l", "/home/app/project/data.csv"], capture_output=True, text=True).stdout.split()[0]
    plugins = [p.load()() for p in importlib.metadata.entry_points(group="miniflask.plugins")]
    return [f"{environ['PATH_INFO']} {year} {lines} {plugins}".encode()]
def plugin():
    return "plugin"
def main():
    make_server("127.0.0.1", 5000, app).serve_forever()
X
       printf '[console_scripts]\\nminiflask = miniflask:main\\n[miniflask.plugins]\\na = miniflask:plugin\\n' > $site/miniflask-1.0.dist-info/entry_points.txt
       printf 'Metadata-Version: 2.1\\nName: miniflask\\nVersion: 1.0\\n' > $site/miniflask-1.0.dist-info/METADATA
       printf '#!/home/app/venv/bin/python3\\nimport sys\\nfrom miniflask import main\\nsys.exit(main())\\n' > /home/app/venv/bin/miniflask
       chmod +x /home/app/venv/bin/miniflask
       mkdir -p /home/app/project; printf 'a\\nb\\n' > /home/app/project/data.csv`,
    ],
    files: {
      '/home/app/project/entrypoint.sh':
        '#!/bin/sh\nset -e\nn=$(echo " 2 " | xargs)\necho "workers $n" >&2\nexec "$@"\n',
    },
    config: {
      workdir: '/home/app/project',
      env: { PATH: '/home/app/venv/bin:/usr/local/bin:/usr/bin:/bin', VIRTUAL_ENV: '/home/app/venv' },
      entrypoint: ['/home/app/project/entrypoint.sh'],
      cmd: ['miniflask'],
      user: 'www-data',
    },
    service: { fetch: ['5000/x'] },
    prints: "200 /x 2024-07-01T00:00:00+02:00 2 ['plugin']\n",
  },
  {
    name: 'python-pth-file',
    parent: 'python',
    files: {
      '/usr/lib/python3/dist-packages/own.pth': '/srv/shared/lib\n',
      '/srv/shared/lib/whalelib/__init__.py':
        'import pathlib\nsong = (pathlib.Path(__file__).parent / "song.txt").read_text()\n',
      '/srv/shared/lib/whalelib/song.txt': 'song',
      '/srv/app/main.py': 'import whalelib\nprint(whalelib.song)\n',
    },
    config: { workdir: '/srv/app', cmd: ['python3', '-m', 'main'] },
    prints: 'song\n',
  },
  {
    name: 'python-ctypes-magic',
    parent: 'python',
    files: {
      '/srv/magic_user.py': `
import ctypes, ctypes.util
magic = ctypes.CDLL(ctypes.util.find_library("magic") or "libmagic.so.1")
magic.magic_open.restype = ctypes.c_void_p
magic.magic_file.restype = ctypes.c_char_p
cookie = ctypes.c_void_p(magic.magic_open(0x10))
magic.magic_load(cookie, None)
print(magic.magic_file(cookie, b"/srv/magic_user.py"))
`,
    },
    config: { cmd: ['python3', '/srv/magic_user.py'] },
    prints: /^b'text\/(x-script.python|plain)'\n$/,
  },
  {
    name: 'python-german-locale',
    parent: 'python',
    files: {
      '/app/show.py': `
import locale, time, codecs, subprocess
locale.setlocale(locale.LC_ALL, "")
print(time.strftime("%A", time.gmtime(0)), locale.format_string("%.2f", 1234.5, grouping=True))
print("ä".encode("cp437"), codecs.lookup("shift_jis").name, "ü".encode("koi8-r", "replace"))
print(subprocess.check_output(["date", "-d", "@0", "+%B %H"], text=True), end="")
`,
    },
    config: { env: { LANG: 'de_DE.UTF-8', TZ: 'Europe/Berlin' }, cmd: ['python3', '/app/show.py'] },
    prints: /^Donnerstag 1\.234,50\nb'\\x84' shift_jis b'\?'\nJanuar 01\n$/,
  },
  {
    name: 'python-typelibs',
    parent: 'desktop',
    files: {
      '/srv/render.py': `
import gi
gi.require_version("Pango", "1.0")
gi.require_version("PangoCairo", "1.0")
gi.require_version("Rsvg", "2.0")
from gi.repository import Pango, PangoCairo, Rsvg
import cairo
surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 200, 40)
context = cairo.Context(surface)
layout = PangoCairo.create_layout(context)
layout.set_text("Whale", -1)
PangoCairo.show_layout(context, layout)
print(sum(bytes(surface.get_data())) > 5000)
handle = Rsvg.Handle.new_from_data(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>')
print(handle.get_dimensions().width)
`,
    },
    config: { cmd: ['python3', '/srv/render.py'] },
    prints: 'True\n9\n',
  },
  {
    name: 'python-pillow-font',
    parent: 'desktop',
    files: {
      '/srv/draw.py': `
from PIL import Image, ImageDraw, ImageFont
font = ImageFont.truetype("DejaVuSans.ttf", 20)
image = Image.new("L", (120, 30))
ImageDraw.Draw(image).text((2, 2), "Whale", 255, font)
image.save("/tmp/a.webp"); image.save("/tmp/a.tiff", compression="tiff_lzw")
print(Image.open("/tmp/a.webp").size, sum(image.getdata()) > 9000, Image.open("/tmp/a.tiff").mode)
`,
    },
    config: { cmd: ['python3', '/srv/draw.py'] },
    prints: '(120, 30) True L\n',
  },
  {
    name: 'python-gdal-epsg',
    parent: 'maps',
    files: {
      '/srv/epsg.py': `
from osgeo import osr, ogr
osr.UseExceptions()
reference = osr.SpatialReference()
reference.ImportFromEPSG(25832)
print(reference.GetName())
wgs = osr.SpatialReference(); wgs.ImportFromEPSG(4326)
point = osr.CoordinateTransformation(wgs, reference).TransformPoint(48.0, 9.0)
print(round(point[0]), round(point[1]))
`,
    },
    config: { cmd: ['python3', '/srv/epsg.py'] },
    prints: 'ETRS89 / UTM zone 32N\n500000 5316300\n',
  },
  {
    name: 'python-spatialite',
    parent: 'maps',
    files: {
      '/srv/geo.py': `
import sqlite3
db = sqlite3.connect(":memory:")
db.enable_load_extension(True)
db.load_extension("mod_spatialite")
print(db.execute("select astext(buffer(makepoint(0, 0), 0))").fetchone(), db.execute("select geos_version() is not null").fetchone())
`,
    },
    config: { cmd: ['python3', '/srv/geo.py'] },
    prints: /^\(.*\) \(1,\)\n$/,
  },
];
