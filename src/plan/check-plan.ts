import { SkinnywhaleError } from '../model/errors.ts';
import { baseName, displayPath, hasParentReference, type ImagePath, parentPath, ROOT } from '../model/image-path.ts';
import { type Plan, WHITEOUT } from './plan.ts';

/**
 * What engines refuse or, worse, take in silence. All violations are collected.
 * @throws FAILED with every violation: it means a defect in this tool, and nothing was sent
 */
export function checkPlan(plan: Plan): void {
  const violations = planViolations(plan);
  if (violations.length === 0) return;
  throw new SkinnywhaleError('FAILED', `the planned layer is not sound: ${violations.slice(0, 5).join('; ')}`, {
    hint: 'This is a defect of skinnywhale, and nothing was sent to the engine. Please report it.',
  });
}

/** Each violation as text; an empty list for a sound plan. */
export function planViolations(plan: Plan): string[] {
  const violations: string[] = [];
  // Of a hundred thousand entries, only those that others refer to are held.
  const targets = new Set<ImagePath>();
  for (const { linkTo } of plan.entries) if (linkTo !== undefined) targets.add(linkTo);
  const types = new Map<ImagePath, string>();
  for (const { path, entry, data, linkTo } of plan.entries) {
    const shown = displayPath(path);
    const parent = parentPath(path);
    const type = entry?.type ?? 'directory';
    if (path.startsWith('/') || hasParentReference(path)) violations.push(`${shown} leads outside`);
    if (parent !== ROOT && path !== ROOT && types.get(parent) !== 'directory')
      violations.push(`${shown} comes without its directory`);
    if (linkTo !== undefined && types.get(linkTo) === undefined)
      violations.push(`the hardlink ${shown} comes before its target`);
    if (linkTo !== undefined && types.get(linkTo) === 'directory')
      violations.push(`the hardlink ${shown} points to a directory`);
    if (baseName(path).startsWith(WHITEOUT)) violations.push(`${shown} would be taken for a deletion mark`);
    if (entry?.type === 'file' && entry.inode.size > 0 && data === undefined && linkTo === undefined) {
      violations.push(`${shown} has lost its content`);
    }
    if (type === 'directory' || targets.has(path)) types.set(path, type);
  }
  // Each path is there once, so that there are as many: without a list of all that have been seen.
  if (plan.paths.size !== plan.entries.length) violations.push(...doubled(plan));
  return violations;
}

function* doubled({ entries }: Plan): Generator<string> {
  const seen = new Set<ImagePath>();
  for (const { path } of entries) {
    if (seen.has(path)) yield `${displayPath(path)} is in it twice`;
    seen.add(path);
  }
}
