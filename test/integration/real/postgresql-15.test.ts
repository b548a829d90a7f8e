import { postgresql15 } from '../../real-programs/postgresql-15.ts';
import { testRealProgram } from './real-program.ts';
import { repaired } from './repaired.ts';

testRealProgram(
  postgresql15,
  repaired('CMD ["start"]', 'postgresql', () => ['--change', 'USER postgres', '--probe', 'tcp:5432']),
);
