import { readFile, stat } from 'node:fs/promises';

/**
 * What someone can do who may not use an engine's socket: join the group that owns it, if that is a group for people.
 * `groupFile` has the form of /etc/group (group(5)).
 */
export async function permissionHint(socketPath: string, groupFile = '/etc/group'): Promise<string> {
  const group = await owningGroup(socketPath, groupFile);
  if (group === undefined || group === 'root') {
    return `Only root may use ${socketPath}: run with sudo, or set up rootless Docker or Podman.`;
  }
  return `Members of the group "${group}" may use ${socketPath}: \`sudo usermod -aG ${group} $USER\`, then log in again.`;
}

async function owningGroup(socketPath: string, groupFile: string): Promise<string | undefined> {
  try {
    const { gid } = await stat(socketPath);
    const rows = (await readFile(groupFile, 'utf8')).split('\n').map((row) => row.split(':'));
    return rows.find((row) => row[2] === String(gid))?.[0];
  } catch {
    // a folder that may not be searched, or no such file: then no group can be named
    return undefined;
  }
}
