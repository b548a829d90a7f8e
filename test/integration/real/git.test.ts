import { git } from '../../real-programs/git.ts';
import { testRealProgram } from './real-program.ts';
import { repaired } from './repaired.ts';

testRealProgram(
  git,
  repaired('CMD ["/app/check.sh"]', 'git', () => ['--check', '/app/check.sh']),
);
