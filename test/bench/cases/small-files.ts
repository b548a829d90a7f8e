import type { BenchCase } from '../bench-case.ts';
import type { Recipe } from '../cached-containers.ts';
import { type Bench, exportImport, finishedImage, importFinished } from '../contenders.ts';
import { WAY, way } from './ways.ts';

/** Files of 1 KB, each with another content, 1,000 in a directory. */
export async function smallFilesRecipe({ engine, quick }: Bench): Promise<Recipe> {
  const directories = quick ? 10 : 100;
  return {
    name: `${directories}000-files`,
    from: await engine.baseImage(),
    script: `perl -e '
      for my $directory (1 .. ${directories}) {
        mkdir "/srv/$directory" or die;
        for my $file (1 .. 1000) {
          open my $out, ">", "/srv/$directory/$file" or die;
          print $out substr(sprintf("%d/%d ", $directory, $file) x 200, 0, 1024);
        }
      }'`,
  };
}

export const smallFiles: BenchCase = {
  name: 'small-files',
  what: '100,000 files of 1 KB',
  usual: true,
  async prepare(bench) {
    const container = await bench.cached.container(await smallFilesRecipe(bench));
    const finished = await finishedImage(bench, container);
    const contenders = [
      exportImport(bench, container),
      way(bench, 'usual', container),
      way(bench, 'engine', container),
      way(bench, 'localImport', container),
      importFinished(bench, finished),
    ];
    return [
      {
        title: bench.quick ? '10,000 files of 1 KB' : this.what,
        contenders,
        comparisons: [
          { of: WAY.usual, to: 'export | import' },
          { of: WAY.engine, to: 'export | import', target: { atMost: 0.75 } },
          { of: WAY.localImport, to: 'floor: import', target: { atMost: 1.2 } },
        ],
        limits: [],
      },
    ];
  },
};
