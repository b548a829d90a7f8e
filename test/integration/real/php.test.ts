import { php } from '../../real-programs/php.ts';
import { testRealProgram } from './real-program.ts';
import { repaired } from './repaired.ts';

testRealProgram(
  php,
  repaired('CMD ["php", "/app/check.php"]', 'php', () => ['--check', 'php /app/check.php']),
);
