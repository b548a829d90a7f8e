import { setImmediate as turn } from 'node:timers/promises';
import {
  type ClosurePolicy,
  type ClosureQuestion,
  closureSteps,
  computeClosure,
  type OwnClosure,
} from '../closure/closure.ts';
import type { Closure } from '../closure/closure-result.ts';
import { idleBytes, type LeftOut, ownFilesLeftOut } from '../closure/left-out.ts';
import type { IsOwned } from '../closure/roots/own-files.ts';
import { type Selection, type SelectionRules, selectSeeds } from '../closure/roots/selection.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { EarlyLayer } from '../layer/early-layer.ts';
import type { Phase } from '../model/events.ts';
import { type ImageConfig, withEnvironment } from '../model/image-config.ts';
import type { ImagePath } from '../model/image-path.ts';
import type { Need, Reason } from '../model/reason.ts';
import type { PackageDataMode } from '../options.ts';
import { isDocumentation } from '../package-records/database/documentation.ts';
import type { PackageDatabase } from '../package-records/database/package-database.ts';
import { ownersOf, type PackageOwners } from '../package-records/owners.ts';
import { readPackages } from '../package-records/read-packages.ts';
import { type PackageData, packageData } from '../packages/package-data.ts';
import { checkPlan } from '../plan/check-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../subject/snapshot.ts';

/** What will be in the result, and why. */
export interface Analysis {
  readonly selection: Selection;
  /** with what package data adds and takes away */
  readonly closure: Closure;
  readonly packageData: PackageData;
  readonly owners: PackageOwners;
  readonly plan: Plan;
  /** the user's own files that are not kept; undefined but with `--tight=observed` */
  readonly ownLeftOut: LeftOut | undefined;
  /** bytes of packages in the change layer that nothing else asks for; not worked out with `--tight` */
  readonly idleBytes: () => number;
  /** why a path would be kept if every rule had its say */
  readonly reasonFor: (path: ImagePath) => Reason | undefined;
}

/** What a container's files are looked at with. */
export interface AnalysisRequest {
  readonly snapshot: Snapshot;
  /** the result's */
  readonly config: ImageConfig;
  /** further variables that programs run with, see `Subject` */
  readonly environment: readonly string[];
  /** how the container itself was run, see `Subject` */
  readonly ranAs?: AnalysisView['ranAs'];
  readonly rules: SelectionRules & ClosurePolicy & { readonly packageData: PackageDataMode };
  readonly layer: EarlyLayer;
  /** what was learned of the container's programs by running them */
  readonly learned: readonly Need[];
  readonly onPhase: (phase: Phase, message: string) => void;
}

/** Closure, package data and plan: everything between the container's files and the bytes of the layer. */
export async function analyse(request: AnalysisRequest): Promise<Analysis> {
  const { snapshot, config, environment, ranAs, rules, layer, learned, onPhase } = request;
  onPhase('closure', 'working out what is needed');
  const { content } = snapshot;
  const database = readPackages(snapshot);
  await turn();
  const isOwned = ownership(request, database);
  const selection = selectSeeds(snapshot.tree, snapshot.changed, rules, isOwned);
  const { tree, seeds } = selection;
  const run = withEnvironment(config.run, environment);
  const { platform } = config;
  // how the container was made is no evidence of what the result uses
  const view = { tree, content, run, ranAs: rules.tight === 'observed' ? undefined : ranAs, platform };
  const needs = [...learned];
  const policy = tightened(rules);
  let found = await closureInTurns(view, seeds, policy, needs, database);
  onPhase('plan', 'checking the plan');
  await turn();
  const dataFor = (kept: Closure['kept']): PackageData =>
    packageData({ database, tree, content, kept, mode: rules.packageData });
  let data = dataFor(found.kept);
  for (let known = 0; rules.tight === 'package' && data.packages.present.length > known; ) {
    known = data.packages.present.length;
    needs.push(...wholePackages(data));
    found = await closureInTurns(view, seeds, policy, needs, database);
    data = dataFor(found.kept);
  }
  await turn();
  const closure = found;
  applyPackageData(closure.kept, data);
  const made = new Map([...data.replaced, ...data.added]);
  const plan = layer.plan(closure.kept, snapshot.changed, { tree: snapshot.tree, content, made });
  checkPlan(plan);
  let everyRule: Closure | undefined;
  return {
    selection,
    closure,
    packageData: data,
    owners: (wanted) => ownersOf(database, snapshot.tree, wanted),
    plan,
    ownLeftOut:
      rules.tight === 'observed' ? ownFilesLeftOut(tree, snapshot.changed, { kept: closure.kept, isOwned }) : undefined,
    idleBytes: () => {
      if (rules.tight !== undefined) return 0;
      const owners = ownersOf(database, snapshot.tree, snapshot.changed);
      return idleBytes(tree, snapshot.changed, { kept: closure.kept, isOwned: (path) => owners.has(path) });
    },
    reasonFor: (path) => {
      everyRule ??= computeClosure(view, seeds, { rules: [], dlopen: 'likely', programs: 'all' }, [], database);
      return everyRule.kept.get(path)?.[0];
    },
  };
}

/** What a package brought of the change layer; not worked out where nobody asks. */
function ownership({ snapshot, rules }: AnalysisRequest, database: PackageDatabase): IsOwned {
  if (rules.tight === undefined) return () => true;
  const owners = ownersOf(database, snapshot.tree, snapshot.changed);
  return (path) => owners.has(path);
}

/** With less to go by than rules where only what is observed counts. */
function tightened(rules: AnalysisRequest['rules']): ClosurePolicy {
  if (rules.tight === 'observed') return { rules: ['-all', ...rules.rules], dlopen: 'off', programs: 'off' };
  return rules.tight === 'unowned' ? { ...rules, rules: ['-declared', ...rules.rules] } : rules;
}

/** Milliseconds without a turn for others: an upload that is under way waits as long. */
const LONGEST = 4;

async function closureInTurns(...question: ClosureQuestion): Promise<OwnClosure> {
  const steps = closureSteps(...question);
  for (let since = performance.now(); ; ) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < LONGEST) continue;
    await turn();
    since = performance.now();
  }
}

/** All of each package of which something is kept. */
function* wholePackages({ packages }: PackageData): Generator<Need> {
  for (const { record } of packages.present) {
    const reason = { kind: 'whole-package', package: record.name } as const;
    for (const path of record.paths ?? []) {
      if (!isDocumentation(path)) yield { path: `/${path.replace(/^\//, '')}`, reason, followLast: false };
    }
  }
}

const RECORD: Reason = { kind: 'package-record' };

/** Adds and takes away what package data does. */
function applyPackageData(kept: OwnClosure['kept'], data: PackageData): void {
  for (const path of data.removed) kept.delete(path);
  for (const [path, reason] of data.alsoKeep) if (!kept.has(path)) kept.set(path, [reason]);
  for (const path of data.added.keys()) kept.set(path, [RECORD]);
}
