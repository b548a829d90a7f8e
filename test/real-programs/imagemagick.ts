import type { Program, ProgramCommand } from './program.ts';

const CHECK = `#!/bin/sh
set -e
cd /tmp
convert -size 200x60 gradient:white-navy -font DejaVu-Sans -pointsize 24 -fill red -annotate +10+40 'Größe' whale.png
identify -format '%m %wx%h %# %k\\n' whale.png
for format in jpg gif webp tiff bmp miff svg ppm; do
  convert whale.png "whale.$format" && identify -format "$format %m %wx%h\\n" "whale.$format"
done
convert whale.png -resize 50% -rotate 30 -blur 0x2 -colorspace Gray -depth 8 rgb:- | md5sum
mogrify -format jpg -quality 80 whale.png
composite -gravity center whale.gif whale.png both.png
montage whale.png whale.jpg -geometry 50x20+2+2 -label '%f' pair.png
compare -metric AE whale.png whale.bmp null: 2>&1 || exit 6
`;

function signature(...drawing: readonly string[]): ProgramCommand {
  return { command: ['convert', '-size', '160x40', ...drawing, '-format', '%# %wx%h %k\\n', 'info:'] };
}

/** Coders that are loaded by the name of a format, and fonts found by their name. */
export const imagemagick: Program = {
  name: 'imagemagick',
  packages: ['imagemagick', 'fonts-dejavu-core'],
  files: { '/app/check.sh': CHECK },
  prepare: 'chmod +x /app/check.sh',
  run: [
    { command: ['/app/check.sh'], user: 'nobody', exitCode: 6 },
    signature('xc:white', '-font', 'DejaVu-Sans-Bold', '-pointsize', '20', '-annotate', '+5+30', 'whale'),
    signature('xc:white', '-family', 'DejaVu Sans Mono', '-draw', 'text 5,30 "krill"'),
    signature('gradient:red-blue', '-swirl', '90'),
    signature('logo:', '-negate'),
    signature('-font', 'DejaVu-Serif', 'label:whale'),
    { command: ['convert', '-list', 'format'] },
    { command: ['convert', '/nowhere.png', 'x.png'], exitCode: 1 },
  ],
};
