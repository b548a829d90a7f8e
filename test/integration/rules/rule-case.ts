import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Closure } from '../../../src/closure/closure-result.ts';
import type { RunConfig } from '../../../src/model/image-config.ts';
import { closureOf, type DebianTree, keeps } from '../../debian/debian-tree.ts';

/** A rule, a real file that triggers it, and what is kept by it and by nothing else. */
export interface RuleCase {
  readonly rule: string;
  readonly seed: string;
  readonly keeps: readonly string[];
  /** what stays behind although it stands beside the others */
  readonly leaves?: readonly string[];
  /** rules that would bring some of it, too */
  readonly without?: readonly string[];
  readonly run?: RunConfig;
  /** what an optional rule would add is nothing that anybody misses, so nobody is told of it */
  readonly isQuiet?: boolean;
}

/** Declares the tests of rules that bring what they ask for. */
export function testRules(system: () => Promise<DebianTree>, cases: readonly RuleCase[]): void {
  for (const { rule, seed, keeps: wanted, leaves = [], without = [], run = {} } of cases) {
    test(`${rule}: ${seed} brings ${wanted[0]}`, async () => {
      const tree = await system();
      const others = without.map((name) => `-${name}`);
      const closure = closureOf(tree, [seed], { rules: others, run });
      assert.deepEqual(absent(tree, closure, wanted), [], 'missing with the rule');
      assert.deepEqual(present(tree, closure, leaves), [], 'kept for nothing');
      const off = closureOf(tree, [seed], { rules: [...others, `-${rule}`], run });
      assert.deepEqual(present(tree, off, wanted), [], 'kept without the rule');
    });
  }
  testUnrelated(system, cases);
}

/** Declares the tests of rules that are reported, with what they would add, and add it only when told. */
export function testOptionalRules(system: () => Promise<DebianTree>, cases: readonly RuleCase[]): void {
  for (const { rule, seed, keeps: wanted, isQuiet = false } of cases) {
    test(`${rule}: ${seed} could use ${wanted[0]}`, async () => {
      const tree = await system();
      const closure = closureOf(tree, [seed]);
      assert.deepEqual(present(tree, closure, wanted), [], 'kept without being told');
      const finding = closure.findings.find((one) => one.kind === 'optional-data' && one.rule === rule);
      if (isQuiet) assert.equal(finding, undefined);
      else assert.ok(finding?.kind === 'optional-data' && finding.bytes > 0 && finding.files > 0);
      const on = closureOf(tree, [seed], { rules: [`+${rule}`] });
      assert.deepEqual(absent(tree, on, wanted), [], 'missing when told');
      assert.equal(
        on.findings.some((one) => one.kind === 'optional-data' && one.rule === rule),
        false,
      );
    });
  }
  testUnrelated(system, cases);
}

function testUnrelated(system: () => Promise<DebianTree>, cases: readonly RuleCase[]): void {
  const names = [...new Set(cases.map(({ rule }) => rule))];
  test(`/usr/bin/true asks for none of ${names.join(', ')}`, async () => {
    const { kept, findings } = closureOf(await system(), ['/usr/bin/true']);
    const applied = [...kept.values()].flat().map((reason) => (reason.kind === 'rule' ? reason.rule : undefined));
    const reported = findings.map((finding) => (finding.kind === 'optional-data' ? finding.rule : ''));
    assert.deepEqual(
      names.filter((name) => applied.includes(name) || reported.includes(name)),
      [],
    );
  });
}

function absent(tree: DebianTree, closure: Closure, paths: readonly string[]): string[] {
  return paths.filter((path) => !keeps(tree, closure, path));
}

function present(tree: DebianTree, closure: Closure, paths: readonly string[]): string[] {
  for (const path of paths) assert.ok(tree.tree.resolve(path).entry !== undefined, `the system has no ${path}`);
  return paths.filter((path) => keeps(tree, closure, path));
}

/** The system, made when the first test asks for it. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
