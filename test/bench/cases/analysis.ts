import type { BenchCase, Contest } from '../bench-case.ts';
import type { Recipe } from '../cached-containers.ts';
import { type Bench, skinnywhale } from '../contenders.ts';
import type { Contender } from '../rounds.ts';
import { jdkRecipe } from './jdk.ts';
import { WAY, way } from './ways.ts';

const LDDTREE = 'lddtree';
/** Skinnywhale doing what lddtree does, and no more: who needs which library. */
const ELF_ALONE = 'skinnywhale, ELF alone';
const NOTHING_ELSE = ['--dry-run', '--dlopen', 'off', '--programs', 'off', '--rule', '-all'];
/** Of standard input's paths, one on each line as `docker diff` prints them, those of ELF files. */
const ONLY_ELF = `perl -ne '
  chomp; s/^[AC] //;
  next if -l $_ or not -f _;
  open my $file, "<", $_ or next;
  read $file, my $magic, 4;
  print "$_\\n" if $magic eq "\\x7fELF";'`;

export const analysis: BenchCase = {
  name: 'analysis',
  what: 'what the closure takes of a run, and lddtree (pax-utils) takes for the same files',
  usual: true,
  async prepare(bench) {
    const trees = [await jdkRecipe(bench), await manyElfFiles(bench)];
    const contests: Contest[] = [];
    for (const tree of trees) contests.push(await contest(bench, tree));
    return contests;
  },
};

/** Real libraries and programs, again and again: 3,000 files, each of which has to be looked at. */
async function manyElfFiles({ engine, quick }: Bench): Promise<Recipe> {
  const count = quick ? 500 : 3000;
  return {
    name: `${count}-elf-files`,
    from: await engine.baseImage(),
    script: `mkdir /srv/elf
      find /usr/bin /usr/lib -type f | ${ONLY_ELF} > /tmp/list
      number=0
      while [ $number -lt ${count} ]; do
        while read -r path && [ $number -lt ${count} ]; do
          number=$((number + 1))
          cp "$path" "/srv/elf/$number-\${path##*/}"
        done < /tmp/list
      done
      rm /tmp/list`,
  };
}

async function contest(bench: Bench, tree: Recipe): Promise<Contest> {
  const { docker } = bench.engine;
  const container = await bench.cached.container(tree);
  // lddtree comes into the container's own tree, where libraries are looked for as the container would.
  const from = await bench.cached.imageOf(container);
  const image = await bench.cached.image({ name: `${tree.name}-lddtree`, from, packages: ['pax-utils'] });
  const changes = await docker.docker(['diff', container]);
  const elf = await docker.run(image, ['sh', '-c', ONLY_ELF], { stdin: changes });
  const count = elf.stdout.split('\n').length - 1;
  const lddtree: Contender = {
    name: LDDTREE,
    async run() {
      // Timed in the container, whose start doesn't count.
      const command = 'TIMEFORMAT=%R; time xargs -d "\\n" -s 1000000 lddtree -l > /tmp/out 2> /tmp/errors';
      const { exitCode, stderr } = await docker.run(image, ['bash', '-c', command], { stdin: elf.stdout });
      const seconds = Number(/^[\d.]+$/m.exec(stderr)?.[0]);
      if (!(seconds > 0)) throw new Error(`lddtree ended with ${exitCode}: ${stderr}`);
      return { figures: { seconds, analysisSeconds: seconds }, images: [] };
    },
  };
  return {
    title: `closure of ${tree.name}: ${count} ELF files in the change layer`,
    contenders: [
      way(bench, 'usual', container),
      way(bench, 'localImport', container),
      skinnywhale(bench, ELF_ALONE, container, NOTHING_ELSE),
      lddtree,
    ],
    comparisons: [
      { of: LDDTREE, to: ELF_ALONE, figure: 'analysisSeconds', target: { atLeast: 20 } },
      { of: LDDTREE, to: WAY.usual, figure: 'analysisSeconds' },
    ],
    limits: [
      { of: WAY.usual, figure: 'analysisShare', target: { atMost: 0.03 } },
      { of: WAY.localImport, figure: 'analysisShare', target: { atMost: 0.03 } },
    ],
  };
}
