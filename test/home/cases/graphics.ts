import type { HomeCase } from '../home-case.ts';

/** Programs whose data lies in packages beside them: fonts, delegates, plugins, trained models. */
export const graphics: readonly HomeCase[] = [
  {
    name: 'gnuplot-prologue',
    parent: 'graphics',
    files: {
      '/srv/a.gp': `set terminal postscript eps
set output "/tmp/a.eps"
plot sin(x)
set output
set print "-"
print strlen(system("cat /tmp/a.eps")) > 10000, system("date -u -d @0 +%Y")
`,
    },
    config: { cmd: ['gnuplot', '/srv/a.gp'] },
    prints: '1 1970\n',
  },
  {
    name: 'imagemagick-delegates',
    parent: 'graphics',
    files: {
      '/srv/in.svg':
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" font-family="DejaVu Sans">whale</text></svg>',
      '/srv/run.sh': `#!/bin/sh
set -e
convert /srv/in.svg -background white -flatten /tmp/a.png
identify -format '%m %w %k\\n' /tmp/a.png | awk '{ print $1, $2, ($3 > 10) }'
convert label:whale -font DejaVu-Sans /tmp/b.jpg && identify -format '%m\\n' /tmp/b.jpg
`,
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: 'PNG 60 1\nJPEG\n',
  },
  {
    name: 'ghostscript-fonts',
    parent: 'graphics',
    files: {
      '/srv/a.ps': '%!PS\n/Times-Roman findfont 20 scalefont setfont 72 72 moveto (Whale) show showpage\n',
      '/srv/run.sh': `#!/bin/sh
set -e
gs -q -dBATCH -dNOPAUSE -sDEVICE=pdfwrite -sOutputFile=/tmp/a.pdf /srv/a.ps
pdftotext /tmp/a.pdf - | head -n 1
pdffonts /tmp/a.pdf | tail -n 1 | grep -cE 'Nimbus|Times'
pdftoppm -r 30 -png /tmp/a.pdf /tmp/p && ls /tmp/p* | wc -l
`,
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: 'Whale\n1\n1\n',
  },
  {
    name: 'graphviz-plugins',
    parent: 'graphics',
    files: { '/srv/a.dot': 'digraph { whale -> krill }\n' },
    config: { entrypoint: ['dot'], cmd: ['-Tsvg', '/srv/a.dot'] },
    prints: /<text [^>]*>whale<\/text>/,
  },
  {
    name: 'tesseract-data',
    parent: 'graphics',
    files: {
      '/srv/run.sh': `#!/bin/sh
convert -size 400x100 xc:white -font DejaVu-Sans -pointsize 48 -annotate +20+70 'Whale' /tmp/a.png
exec tesseract /tmp/a.png - --psm 7 2>/dev/null
`,
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: /^Whale\n/,
  },
  {
    name: 'sox-effects',
    parent: 'graphics',
    files: {
      '/srv/run.sh':
        '#!/bin/sh\nset -e\nsox -n -r 8000 /tmp/a.wav synth 0.1 sine 440\nsoxi -D /tmp/a.wav\nsoxi -r /tmp/a.wav\n',
    },
    config: { cmd: ['/srv/run.sh'] },
    prints: '0.100000\n8000\n',
  },
];
