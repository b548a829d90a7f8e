import { contentLines, type TextFormat } from './text-format.ts';

/** crontab(5): a user's own, and the system's with a user in each line; busybox's and those of supercronic, too. */
export const crontab: TextFormat = {
  name: 'crontab',
  files:
    /^etc\/(crontab|cron\.d\/[^/]+|crontabs\/[^/]+|anacrontab)$|^var\/spool\/cron\/|(^|\/)([\w.-]*crontab|[\w.-]+\.cron|cronfile)(\.txt)?$/,
  read: (text, sheet, path) => {
    const isSystem = /^etc\/(crontab|cron\.d\/)/.test(path);
    for (const line of contentLines(text, /^\s*#/)) {
      if (/^\s*[A-Za-z_]\w*\s*=/.test(line)) continue;
      const command = commandOf(line.trim(), isSystem);
      // What follows a percent sign is the command's input.
      if (command !== undefined) sheet.add('scripts', command.replace(/(?<!\\)%[\s\S]*$/, '').replaceAll('\\%', '%'));
    }
  },
};

function commandOf(line: string, isSystem: boolean): string | undefined {
  const fields = line.split(/\s+/);
  if (/^\d+$/.test(fields[1] ?? '') && /^(\d+|@\w+)$/.test(fields[0] ?? '') && /^cron\./.test(fields[2] ?? ''))
    return fields.slice(3).join(' ');
  const times = fields[0]?.startsWith('@') ? 1 : 5;
  const isTime =
    times === 1 || fields.slice(0, 5).every((field) => /^[\d*][\w*/,-]*$|^[a-zA-Z]{3}(-[a-zA-Z]{3})?$/.test(field));
  const start = times + (isSystem ? 1 : 0);
  return isTime && fields.length > start ? fields.slice(start).join(' ') : undefined;
}
