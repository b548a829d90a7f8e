import { rBaseCore } from '../../real-programs/r-base-core.ts';
import { testRealProgram } from './real-program.ts';
import { repaired } from './repaired.ts';

testRealProgram(
  rBaseCore,
  repaired('CMD ["Rscript", "/app/check.R"]', 'r', () => ['--check', 'Rscript /app/check.R']),
);
