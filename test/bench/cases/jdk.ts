import type { BenchCase } from '../bench-case.ts';
import type { Recipe } from '../cached-containers.ts';
import {
  type Bench,
  exportImport,
  finishedImage,
  importFinished,
  loadFinished,
  originalAlgorithm,
} from '../contenders.ts';
import { WAY, way } from './ways.ts';

/** A JDK on a minimal Debian: 456 MB over 164 MB. Quick: Perl's modules and git, a tenth of that. */
export async function jdkRecipe({ engine, quick }: Bench): Promise<Recipe> {
  const from = await engine.baseImage();
  if (quick) return { name: 'git', from, packages: ['git'] };
  return { name: 'jdk', from, packages: ['openjdk-17-jdk-headless'] };
}

export const jdk: BenchCase = {
  name: 'jdk',
  what: 'a JDK installed in debian:bookworm',
  usual: true,
  async prepare(bench) {
    const container = await bench.cached.container(await jdkRecipe(bench));
    const finished = await finishedImage(bench, container);
    const contenders = [
      exportImport(bench, container),
      way(bench, 'usual', container),
      way(bench, 'engine', container),
      way(bench, 'localLoad', container),
      loadFinished(bench, finished),
      way(bench, 'localImport', container),
      importFinished(bench, finished),
      originalAlgorithm(bench, container),
    ];
    return [
      {
        title: bench.quick ? 'git in debian:bookworm' : this.what,
        contenders,
        comparisons: [
          { of: WAY.usual, to: 'export | import' },
          { of: WAY.usual, to: 'floor: load' },
          { of: WAY.engine, to: 'export | import', target: { atMost: 0.7 } },
          { of: WAY.localLoad, to: 'export | import', target: { atMost: 0.4 } },
          { of: WAY.localImport, to: 'export | import', target: { atMost: 0.3 } },
          { of: WAY.localLoad, to: 'floor: load', target: { atMost: 1.15 } },
          { of: WAY.localImport, to: 'floor: import', target: { atMost: 1.15 } },
          { of: 'algorithm of 2015', to: WAY.localImport, target: { atLeast: 7 } },
          { of: 'algorithm of 2015', to: WAY.usual },
        ],
        limits: [],
      },
    ];
  },
};
