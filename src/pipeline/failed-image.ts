import { checkTag } from '../destination/publish.ts';
import type { Digest } from '../model/digest.ts';
import { LABEL } from '../model/labels.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Subject } from './subject.ts';

type Place = { readonly options: ResolvedOptions; readonly subject: Subject };

/** The name of an image that fails its checks and is to stay. */
function failedName({ reference }: ResolvedOptions): string {
  return `${reference}-failed`;
}

/** @throws TAG_TAKEN where the name for a failed image is wanted, and belongs to another image */
export async function checkFailedName({ options, subject }: Place): Promise<void> {
  const { client, container } = subject;
  if (!options.keepFailed) return;
  await checkTag({ client, reference: failedName(options), containerId: container.id, force: options.force });
}

/** Gives a failed image its name, and removes the one that had it before. @returns the name */
export async function nameFailed(candidate: Digest, { options, subject }: Place): Promise<string> {
  const { client } = subject;
  const name = failedName(options);
  const before = await client.inspectImage(name);
  await client.tagImage(candidate, name);
  const isUseless = before !== undefined && before.id !== candidate && before.tags.length <= 1;
  if (isUseless && isOurs(before.config.Labels, subject)) await client.removeImage(before.id);
  return name;
}

/** Removes what an earlier run has left under that name: to be called when there is an image that has passed. */
export async function dropFailed({ options, subject }: Place): Promise<void> {
  const name = failedName(options);
  const before = await subject.client.inspectImage(name);
  if (isOurs(before?.config.Labels, subject)) await subject.client.removeImage(name);
}

function isOurs(labels: Readonly<Record<string, string>> | undefined, { container }: Subject): boolean {
  return labels?.[LABEL.container] === container.id;
}
