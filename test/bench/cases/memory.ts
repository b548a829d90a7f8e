import type { BenchCase, Contest } from '../bench-case.ts';
import type { Recipe } from '../cached-containers.ts';
import type { Bench } from '../contenders.ts';
import { largeParentRecipe } from './small-change.ts';
import { smallFilesRecipe } from './small-files.ts';
import { WAY, way } from './ways.ts';

const MOST_BYTES = 120e6;

export const memory: BenchCase = {
  name: 'memory',
  what: 'peak memory of the node process: large layers, large files, many files, large parents',
  usual: false,
  async prepare(bench) {
    const { cached, engine, quick } = bench;
    const from = await engine.baseImage();
    // Holes cost the engine nothing until they are read.
    const sparse = (name: string, files: number, bytes: number): Recipe => ({
      name,
      from,
      script: `for each in $(seq ${files}); do truncate -s ${bytes} /srv/$each; done`,
    });
    const parent = quick ? from : await cached.image(await largeParentRecipe(bench));
    const larger = await cached.image({
      name: quick ? 'quick-larger-parent' : 'larger-parent',
      from: parent,
      script: `head -c ${quick ? 100e6 : 500e6} /dev/zero > /srv/parent`,
    });
    const contests: Contest[] = [];
    const add = async (title: string, recipe: Recipe): Promise<void> => {
      contests.push(contest(bench, title, await cached.container(recipe)));
    };
    await add('change layer of 5 GB', sparse(quick ? '500-mb-layer' : '5-gb-layer', 5, quick ? 100e6 : 1e9));
    await add('one file of 9 GB', sparse(quick ? '900-mb-file' : '9-gb-file', 1, quick ? 900e6 : 9e9));
    await add('100,000 small files', await smallFilesRecipe(bench));
    await add('parent of 2 GB', {
      name: quick ? 'quick-over-larger' : 'over-larger',
      from: larger,
      script: 'cp /usr/bin/perl /srv/program',
    });
    return contests;
  },
};

function contest(bench: Bench, title: string, container: string): Contest {
  const names = [WAY.usual, WAY.engine, WAY.localLoad, WAY.localImport];
  return {
    title: bench.quick ? `${title}, a tenth of it` : title,
    contenders: (['usual', 'engine', 'localLoad', 'localImport'] as const).map((key) => way(bench, key, container)),
    comparisons: [],
    limits: names.map((of) => ({ of, figure: 'peakBytes', target: { atMost: MOST_BYTES } })),
    rounds: 1,
  };
}
