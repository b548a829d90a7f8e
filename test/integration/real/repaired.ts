import assert from 'node:assert/strict';
import type { Program } from '../../real-programs/program.ts';
import type { FurtherTest } from './real-program.ts';

type Arguments = (program: Program) => readonly string[];

/** Without any of what knows programs; what headers, scripts' first lines and the configuration say is left. */
const CRIPPLED = ['--rule', '-all', '--dlopen', 'off', '--programs', 'off', '--no-trace-checks'];

/**
 * A container of the program's own image, in which next to nothing was changed: all of the program comes from the parent,
 * and with no rule to know what it needs, it fails at first. What its check uses where it works makes up for that.
 * @param change the instruction by which the image's command is the program
 * @param rule how the names of the rules begin that would have known something of it
 * @param checks arguments for what has to pass
 */
export function repaired(change: string, rule: string, checks: Arguments): FurtherTest {
  return {
    name: 'what no rule may know of is learned from a check that fails',
    async run({ docker, program, fatImage, imageName, slimOther }) {
      const container = await docker.start(fatImage, { command: ['sh', '-c', 'echo > /srv/changed'] });
      try {
        await docker.docker(['wait', container]);
        const args = ['--tag', imageName('repaired'), ...CRIPPLED, '--change', change, ...checks(program)];
        const { proof } = await slimOther(container, ...args);
        assert.ok(proof);
        assert.ok(proof.items.every(({ passed }) => passed));
        const [first] = proof.rounds;
        assert.ok(first !== undefined, 'nothing was missing');
        assert.deepEqual(first.failed, [proof.items[0]?.text]);
        const known = first.added.filter((each) => each.reason?.kind === 'rule' && each.reason.rule.startsWith(rule));
        assert.ok(
          known.length > 0,
          first.added.map((each) => `${each.path} ${JSON.stringify(each.reason)}`).join('\n'),
        );
      } finally {
        await docker.remove({ containers: [container] });
      }
    },
  };
}
