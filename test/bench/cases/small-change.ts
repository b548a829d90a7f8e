import type { BenchCase } from '../bench-case.ts';
import type { Recipe } from '../cached-containers.ts';
import { type Bench, exportAlone } from '../contenders.ts';
import { WAY, way } from './ways.ts';

const PROGRAM = `mkdir -p /srv/app
cat > /tmp/app.c <<'END'
#include <math.h>
#include <stdio.h>
int main(int count, char **arguments) { return printf("%f\\n", sin(count)) < 0; }
END
gcc -o /srv/app/app /tmp/app.c -lm
rm /tmp/app.c
head -c 5000000 /dev/urandom > /srv/app/data`;

/** The larger parent's shell would bring time zones and locales that the other one does not have. */
const COMMAND = ['--change', 'CMD ["/srv/app/app"]'];

/** An image of 1.5 GB, of real packages; quick: of 0.4 GB. */
export async function largeParentRecipe({ engine, quick }: Bench): Promise<Recipe> {
  const packages = quick
    ? ['gcc', 'libc6-dev']
    : ['gcc', 'libc6-dev', 'g++', 'python3', 'perl', 'git', 'clang', 'libreoffice-core', 'r-base-core'];
  return { name: quick ? 'gcc' : 'large-parent', from: await engine.baseImage(), packages };
}

export const smallChange: BenchCase = {
  name: 'small-change',
  what: 'a program with 5 MB of data, over a parent of 1.5 GB and over one of 164 MB',
  usual: true,
  async prepare(bench) {
    const { cached, engine, quick } = bench;
    const parent = await cached.image(await largeParentRecipe(bench));
    const prefix = quick ? 'quick-app' : 'app';
    const large = await cached.container({ name: `${prefix}-over-large`, from: parent, script: PROGRAM });
    const small = await cached.container({
      name: `${prefix}-over-small`,
      from: await engine.baseImage(),
      copy: { container: large, path: '/srv/app' },
    });
    const [overLarge, overSmall] = [`, ${quick ? '0.4' : '1.5'} GB parent`, ', small parent'];
    return [
      {
        title: quick ? 'a program with 5 MB of data, over parents of 0.4 GB and 164 MB' : this.what,
        contenders: [
          exportAlone(bench, large),
          way(bench, 'usual', large, { suffix: overLarge, flags: COMMAND }),
          way(bench, 'engine', large, { suffix: overLarge, flags: COMMAND }),
          way(bench, 'localImport', large, { suffix: overLarge, flags: COMMAND }),
          way(bench, 'localImport', small, { suffix: overSmall, flags: COMMAND }),
        ],
        comparisons: [
          { of: WAY.usual + overLarge, to: 'export > /dev/null' },
          { of: WAY.engine + overLarge, to: 'export > /dev/null', target: { atMost: 1.15 } },
          { of: WAY.localImport + overLarge, to: WAY.localImport + overSmall, target: { atMost: 1.1 } },
        ],
        limits: [{ of: WAY.localImport + overLarge, figure: 'seconds', target: { atMost: 1 } }],
      },
    ];
  },
};
